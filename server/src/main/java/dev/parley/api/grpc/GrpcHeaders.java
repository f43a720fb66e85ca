package dev.parley.api.grpc;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The headers of gRPC requests. */
final class GrpcHeaders {
  private static final String GZIP = "gzip";
  private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,8})([HMSmun])");

  private GrpcHeaders() {}

  /** Rejects message encodings that the server does not support. */
  static void requireKnownEncoding(RequestHeaders headers) {
    String encoding = headers.get("grpc-encoding");
    if (encoding != null && !encoding.equals(GZIP) && !encoding.equals("identity")) {
      throw new SessionException(
          ErrorReason.UNSUPPORTED_ENCODING,
          "The grpc-encoding must be one of " + GrpcErrors.ACCEPTED_ENCODINGS + ".");
    }
  }

  /** Whether the caller compresses its messages. Responses are then compressed, too. */
  static boolean isGzip(RequestHeaders headers) {
    return GZIP.equals(headers.get("grpc-encoding"));
  }

  /** How long the caller waits; null if the header is missing or invalid. */
  static @Nullable Duration deadline(RequestHeaders headers) {
    String text = headers.get("grpc-timeout");
    Matcher timeout = text == null ? null : TIMEOUT.matcher(text);
    return timeout != null && timeout.matches()
        ? Duration.of(Long.parseLong(timeout.group(1)), unit(timeout.group(2).charAt(0)))
        : null;
  }

  private static ChronoUnit unit(char letter) {
    return switch (letter) {
      case 'H' -> ChronoUnit.HOURS;
      case 'M' -> ChronoUnit.MINUTES;
      case 'S' -> ChronoUnit.SECONDS;
      case 'm' -> ChronoUnit.MILLIS;
      case 'u' -> ChronoUnit.MICROS;
      default -> ChronoUnit.NANOS;
    };
  }

  /** Whether the body has gRPC frames. gRPC-Web-Text encodes them in Base64. */
  static boolean isFramed(RequestHeaders headers) {
    MediaType type = headers.contentType();
    return type != null
        && type.subtype().startsWith("grpc")
        && !type.subtype().startsWith("grpc-web-text");
  }

  /** Whether the body has gRPC frames with protobuf, and not with JSON. */
  static boolean isProtobuf(RequestHeaders headers) {
    MediaType type = headers.contentType();
    return isFramed(headers) && type != null && !type.subtype().endsWith("json");
  }

  /** Removes content type parameters such as {@code charset}, which Armeria rejects. */
  static HttpRequest withoutTypeParameters(HttpRequest request) {
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    int parameters = type == null ? -1 : type.indexOf(';');
    return type == null || parameters < 0
        ? request
        : request.mapHeaders(
            headers ->
                headers.toBuilder()
                    .set(HttpHeaderNames.CONTENT_TYPE, type.substring(0, parameters).strip())
                    .build());
  }
}
