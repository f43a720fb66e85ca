package dev.parley.api.rest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpMethod;
import dev.parley.api.call.Decoded;
import dev.parley.api.json.JsonCodec;
import dev.parley.api.json.JsonCodec.Parsed;
import dev.parley.api.json.RequestValidator;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes the path, query and body of a REST request. */
final class RequestDecoder {
  private final RestRoute route;
  private final Message.Builder head;
  private final List<FieldViolation> violations = new ArrayList<>();

  private RequestDecoder(RestRoute route) {
    this.route = route;
    head = route.prototype().newBuilderForType();
  }

  /**
   * Decodes a request.
   *
   * @param query the query without its question mark; null for none
   * @param strictQuery see {@link QueryParameters#read}
   * @param body the bytes of the body; null if the route has none
   * @throws SessionException {@code MALFORMED_BODY} if path or query are not valid text
   */
  static Decoded<Message> decode(
      Router.Match match, @Nullable String query, boolean strictQuery, byte @Nullable [] body) {
    RequestDecoder decoder = new RequestDecoder(match.route());
    for (int i = 0; i < match.values().size(); i++) {
      decoder.head.setField(
          match.route().pathFields().get(i),
          PercentCoding.decode(match.values().get(i), "path", false));
    }
    QueryParameters.read(match.route(), query, strictQuery, decoder.head, decoder.violations);
    return decoder.decode(body);
  }

  private Decoded<Message> decode(byte @Nullable [] body) {
    if (body == null) {
      Message request = head.build();
      violations.addAll(RequestValidator.check(request, true));
      return new Decoded<>(request, null, violations);
    }
    try {
      return route.bodyField() == null ? whole(body) : part(body, route.bodyField());
    } catch (SessionException e) {
      return new Decoded<>(head.build(), e, List.of());
    }
  }

  /** The body is the whole request. */
  private Decoded<Message> whole(byte[] body) {
    Parsed parsed = JsonCodec.parse(body, route.prototype());
    requireSameIds(parsed.message());
    Message request = parsed.message().toBuilder().mergeFrom(head.build()).build();
    violations.addAll(JsonCodec.violations(new Parsed(request, parsed.violations())));
    return new Decoded<>(request, null, violations);
  }

  /** The body is one field of the request. Violations name the fields as in the body. */
  private Decoded<Message> part(byte[] body, FieldDescriptor field) {
    Parsed parsed = JsonCodec.parse(body, head.newBuilderForField(field).build());
    requireSameIds(parsed.message());
    violations.addAll(JsonCodec.violations(parsed));
    violations.addAll(RequestValidator.check(head.build(), true));
    head.setField(field, parsed.message());
    if (route.method() == HttpMethod.PATCH && !parsed.nulls().isEmpty()) {
      UpdateMasks.addNulls(head, parsed);
    }
    return new Decoded<>(head.build(), null, violations);
  }

  /** An id in the body must equal the id in the path. */
  private void requireSameIds(Message body) {
    for (FieldDescriptor inPath : route.pathFields()) {
      FieldDescriptor inBody = body.getDescriptorForType().findFieldByName(inPath.getName());
      if (inBody != null
          && inBody.getJavaType() == FieldDescriptor.JavaType.STRING
          && !body.getField(inBody).equals("")
          && !body.getField(inBody).equals(head.getField(inPath))) {
        violations.add(
            FieldViolation.format(inBody.getJsonName(), "must be the same as in the path"));
      }
    }
  }
}
