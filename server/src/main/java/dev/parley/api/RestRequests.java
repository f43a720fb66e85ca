package dev.parley.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.SessionException;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Readies a REST call for transcoding: checks its query, and keeps its body aside.
 *
 * <p>Armeria's transcoder would let a query parameter override a path variable, read the body into
 * a tree that forgets how numbers were spelled, and ignore what follows the body's value. So such a
 * parameter is refused, the transcoder gets an empty object to put path and query into, and {@link
 * Admission} reads the body as it was sent.
 */
public final class RestRequests implements DecoratingHttpServiceFunction {
  private static final HttpData EMPTY_OBJECT = HttpData.wrap("{}".getBytes(US_ASCII));

  /** Python's clients write them with a capital. */
  private static final Set<String> BOOLEANS =
      Set.of("true", "True", "TRUE", "false", "False", "FALSE");

  private final RestErrors errors;

  public RestRequests(RestErrors errors) {
    this.errors = errors;
  }

  @Override
  public HttpResponse serve(HttpService delegate, ServiceRequestContext ctx, HttpRequest req)
      throws Exception {
    MethodPlan plan = GrpcRequests.isGrpc(req.headers()) ? null : MethodPlan.ofRoute(ctx);
    if (plan == null) {
      return delegate.serve(ctx, req);
    }
    HttpRequest rest = req.withHeaders(withoutGrpc(req.headers()));
    try {
      checkQuery(plan, ctx.queryParams(), errors.faceOf(ctx.path()).strictQuery());
      if (!plan.takesBody()) {
        return delegate.serve(ctx, rest);
      }
      checkEncoding(req.headers());
    } catch (SessionException e) {
      return errors.render(ctx, e);
    }
    return HttpResponse.of(
        rest.aggregate(ctx.eventLoop())
            .handle(
                (aggregated, failure) -> {
                  if (failure != null) {
                    return errors.render(ctx, failure);
                  }
                  try {
                    return withBody(delegate, ctx, rest.headers(), aggregated.content().array());
                  } catch (Exception e) {
                    return Exceptions.throwUnsafely(e);
                  }
                }));
  }

  private HttpResponse withBody(
      HttpService delegate, ServiceRequestContext ctx, RequestHeaders headers, byte[] body)
      throws Exception {
    MediaType type = headers.contentType();
    if (body.length > 0 && type != null && !isJson(type)) {
      return errors.render(
          ctx,
          new SessionException(
              ErrorReason.UNSUPPORTED_MEDIA_TYPE,
              "The body must be application/json, but its Content-Type is another."));
    }
    CallState.of(ctx).jsonBody(body);
    RequestHeaders json = headers.toBuilder().contentType(MediaType.JSON_UTF_8).build();
    return delegate.serve(ctx, HttpRequest.of(json, EMPTY_OBJECT));
  }

  /** {@code application/grpc+json} is JSON in frames. */
  private static boolean isJson(MediaType type) {
    return type.isJson() && !type.subtype().startsWith("grpc");
  }

  /** Deadlines and encodings of gRPC mean nothing here, but Armeria would obey them. */
  private static RequestHeaders withoutGrpc(RequestHeaders headers) {
    for (Map.Entry<AsciiString, String> header : headers) {
      if (isGrpcHeader(header.getKey())) {
        RequestHeadersBuilder rest = headers.toBuilder();
        headers.names().stream().filter(RestRequests::isGrpcHeader).forEach(rest::remove);
        return rest.build();
      }
    }
    return headers;
  }

  private static boolean isGrpcHeader(AsciiString name) {
    return name.startsWith("grpc-");
  }

  private static void checkEncoding(RequestHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.toLowerCase(Locale.ROOT).equals("identity")) {
      throw new SessionException(
          ErrorReason.UNSUPPORTED_MEDIA_TYPE, "The body must not have a Content-Encoding.");
    }
  }

  private static void checkQuery(MethodPlan plan, QueryParams query, boolean strict) {
    if (query.isEmpty()) {
      return;
    }
    List<FieldViolation> violations = new ArrayList<>();
    Set<FieldDescriptor> seen = new HashSet<>();
    for (String name : query.names()) {
      FieldDescriptor field = plan.queryFields().get(name);
      if (field != null) {
        // Of a text that a published API takes more than once, transcoding keeps the last.
        boolean repeated = !seen.add(field) || query.getAll(name).size() > 1;
        if (repeated && (strict || field.getJavaType() != FieldDescriptor.JavaType.STRING)) {
          violations.add(FieldViolation.format(name, "must be given once"));
        } else {
          checkValue(field, name, query.get(name, ""), violations);
        }
      } else if (plan.isField(name)) {
        violations.add(new FieldViolation(name, Rule.UNKNOWN, 0, "is not taken from the query"));
      } else if (strict) {
        violations.add(new FieldViolation(name, Rule.UNKNOWN, 0, "is not a known query parameter"));
      }
    }
    if (!violations.isEmpty()) {
      throw SessionException.invalid(violations);
    }
  }

  private static void checkValue(
      FieldDescriptor field, String name, String value, List<FieldViolation> violations) {
    switch (field.getJavaType()) {
      case INT -> {
        if (!value.matches("-?\\d{1,9}")) {
          violations.add(
              new FieldViolation(name, Rule.INTEGER, 0, "must be an integer of 32 bits"));
        }
      }
      case LONG -> {
        if (!isLong(value)) {
          violations.add(
              new FieldViolation(name, Rule.INTEGER, 0, "must be an integer of 64 bits"));
        }
      }
      case BOOLEAN -> {
        if (!BOOLEANS.contains(value)) {
          violations.add(new FieldViolation(name, Rule.TYPE, 0, "must be true or false"));
        }
      }
      default -> {}
    }
  }

  private static boolean isLong(String value) {
    try {
      Long.parseLong(value);
      return value.charAt(0) != '+';
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
