package dev.parley.api.call;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import dev.parley.auth.Scope;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.Rule;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one RPC, read from its descriptor once.
 *
 * @param api the name of the API
 * @param limitedByDefault whether callers of that API are rate limited if the setting rate-limit is
 *     not set
 * @param credentials where callers put their credential
 * @param handler the handler of the RPC
 * @param descriptor the descriptor of the RPC
 * @param scope the required scope
 * @param readOnly whether the RPC changes nothing
 * @param agentField the request field with the agent id; null if there is none
 * @param ridPrefix the text before the UUID in that field; usually empty
 */
public record RpcBinding(
    String api,
    boolean limitedByDefault,
    Credentials credentials,
    Handler<?, ?> handler,
    MethodDescriptor descriptor,
    String scope,
    boolean readOnly,
    @Nullable FieldDescriptor agentField,
    String ridPrefix) {

  /** The id that stands for all agents that the caller may see. */
  public static final String WILDCARD = "-";

  /**
   * Reads the options of the RPC of {@code handler}.
   *
   * @throws IllegalStateException if the RPC declares no known scope
   */
  public static RpcBinding of(ApiDefinition api, Handler<?, ?> handler) {
    MethodDescriptor rpc = descriptor(handler);
    String scope = rpc.getOptions().getExtension(AnnotationsProto.scope);
    if (!Scope.isKnown(scope)) {
      throw new IllegalStateException(
          "The RPC " + rpc.getFullName() + " declares no known scope: \"" + scope + "\"");
    }
    FieldDescriptor agent =
        rpc.getInputType().getFields().stream()
            .filter(field -> field.getOptions().getExtension(AnnotationsProto.namesAgent))
            .findFirst()
            .orElse(null);
    return new RpcBinding(
        api.name(),
        api.limitedByDefault(),
        api.credentials(),
        handler,
        rpc,
        scope,
        rpc.getOptions().getIdempotencyLevel() == IdempotencyLevel.NO_SIDE_EFFECTS,
        agent,
        agent == null ? "" : agent.getOptions().getExtension(AnnotationsProto.ridPrefix));
  }

  private static MethodDescriptor descriptor(Handler<?, ?> handler) {
    if (handler.method().getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema) {
      return schema.getMethodDescriptor();
    }
    throw new IllegalStateException("No descriptor: " + handler.method().getFullMethodName());
  }

  /** The simple name, such as {@code GetSession}. */
  public String name() {
    return descriptor.getName();
  }

  /** The full name of its service, such as {@code parley.v1.SessionService}. */
  public String service() {
    return descriptor.getService().getFullName();
  }

  /**
   * Returns the agent id in a request, without its prefix. Null if the request names no agent, or
   * all agents; empty if the prefix is wrong.
   */
  @Nullable String agentId(Message request) {
    FieldDescriptor field = agentField;
    if (field == null || (field.hasPresence() && !request.hasField(field))) {
      return null;
    }
    String text = (String) request.getField(field);
    Rule rule = field.getOptions().getExtension(AnnotationsProto.rule);
    if (rule.getWildcard() && text.equals(WILDCARD)) {
      return null;
    }
    return text.startsWith(ridPrefix) ? text.substring(ridPrefix.length()) : "";
  }

  /**
   * Whether validation reports an agent id that is not a UUID. Otherwise the agent is treated as
   * not found.
   */
  boolean agentIdIsValidated() {
    return agentField != null
        && agentField.getOptions().getExtension(AnnotationsProto.rule).getUuid();
  }
}
