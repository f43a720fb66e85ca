package dev.parley.api.call;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import dev.parley.auth.Scope;
import dev.parley.proto.v1.AnnotationsProto;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the proto declares about one RPC, read from its descriptor once.
 *
 * @param api the name of the API that the RPC belongs to
 * @param limitedByDefault whether callers of that API are rate limited when no setting says so
 * @param credentials where callers put their credential
 * @param handler the function that answers it
 * @param descriptor the RPC in its proto
 * @param scope the scope that the caller must hold
 * @param readOnly whether the RPC changes nothing
 * @param agentField the request field that names the agent; null if there is none
 * @param ridPrefix what precedes the agent's UUID in that field; usually empty
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

  /**
   * Reads the options of the RPC that {@code handler} answers.
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
   * The agent's id in a request, without its prefix; null if the request names no agent, empty if
   * the prefix is wrong.
   */
  @Nullable String agentId(Message request) {
    boolean named =
        agentField != null && (!agentField.hasPresence() || request.hasField(agentField));
    if (!named) {
      return null;
    }
    String text = (String) request.getField(agentField);
    return text.startsWith(ridPrefix) ? text.substring(ridPrefix.length()) : "";
  }

  /** Whether validation reports an agent id that is not a UUID; otherwise the agent is unknown. */
  boolean agentIdIsValidated() {
    return agentField != null
        && agentField.getOptions().getExtension(AnnotationsProto.rule).getUuid();
  }
}
