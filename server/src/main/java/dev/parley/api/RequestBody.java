package dev.parley.api;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.json.FieldRules;
import dev.parley.api.json.JsonCodec;
import dev.parley.api.json.Parsed;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as its handler is to see it, and what is wrong with it.
 *
 * @param message the request, with the body of a REST call read into it
 * @param malformed why the body could not be read
 * @param violations the fields that break a rule
 */
record RequestBody(
    Message message, @Nullable SessionException malformed, List<FieldViolation> violations) {

  /**
   * Completes what came over the wire.
   *
   * @param sent the message of a gRPC call; path and query of a REST call
   */
  static RequestBody read(ServiceRequestContext ctx, MethodPlan plan, Message sent) {
    boolean rest = !GrpcRequests.isGrpc(ctx.request().headers());
    byte[] body = CallState.of(ctx).jsonBody();
    FieldDescriptor field = plan.bodyField();
    try {
      if (body == null) {
        Message read = rest ? withRemainder(ctx, plan, sent) : sent;
        return new RequestBody(read, null, FieldRules.check(read, rest));
      }
      return field == null ? whole(body, sent) : part(body, sent, field);
    } catch (SessionException e) {
      return new RequestBody(sent, e, List.of());
    }
  }

  private static Message withRemainder(ServiceRequestContext ctx, MethodPlan plan, Message sent) {
    PathRemainder remainder = plan.remainder();
    return remainder == null || MethodPlan.ofRoute(ctx) == null
        ? sent
        : remainder.put(sent, ctx.rawPath());
  }

  /** Path and query win over what the body says of the same fields. */
  private static RequestBody whole(byte[] body, Message sent) {
    Parsed parsed = JsonCodec.parse(body, sent.getDefaultInstanceForType());
    Message message = parsed.message().toBuilder().mergeFrom(sent).build();
    return new RequestBody(
        message, null, JsonCodec.violations(new Parsed(message, parsed.violations())));
  }

  /** Fields of the body go by their names in it, not by those in the request. */
  private static RequestBody part(byte[] body, Message sent, FieldDescriptor field) {
    Parsed parsed = JsonCodec.parse(body, sent.toBuilder().newBuilderForField(field).build());
    List<FieldViolation> violations = new ArrayList<>(JsonCodec.violations(parsed));
    violations.addAll(FieldRules.check(sent.toBuilder().clearField(field).build(), true));
    return new RequestBody(
        sent.toBuilder().setField(field, parsed.message()).build(), null, violations);
  }

  /** Refuses with all that is wrong, if anything is. */
  void requireSound() {
    if (malformed != null) {
      throw malformed;
    }
    if (!violations.isEmpty()) {
      throw SessionException.invalid(violations);
    }
  }
}
