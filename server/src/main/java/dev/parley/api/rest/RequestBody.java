package dev.parley.api.rest;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.error.CallErrors;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Checks the content headers of a request, and decompresses its body. */
final class RequestBody {
  private static final String GZIP = "gzip";
  private static final int BUFFER_BYTES = 8 * 1024;

  private RequestBody() {}

  /** Rejects content encodings other than gzip with {@code UNSUPPORTED_MEDIA_TYPE}. */
  static void requireKnownEncoding(RequestHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null
        && !encoding.equalsIgnoreCase(GZIP)
        && !encoding.equalsIgnoreCase("identity")) {
      throw unsupported("The Content-Encoding of the body must be gzip or identity.");
    }
  }

  /** Rejects compressed bodies that are read line by line, with {@code UNSUPPORTED_MEDIA_TYPE}. */
  static void requireNoEncoding(RequestHeaders headers) {
    if (isGzip(headers)) {
      throw unsupported("A body of lines must not be compressed.");
    }
  }

  /**
   * Returns the JSON text of a body.
   *
   * @throws SessionException {@code UNSUPPORTED_MEDIA_TYPE} for another content type; {@code
   *     REQUEST_TOO_LARGE} if it has more than {@code bytesMax} bytes after decompression
   */
  static byte[] json(RequestHeaders headers, byte[] body, OpenCall open, int bytesMax) {
    MediaType type = headers.contentType();
    if (body.length > 0 && type != null && !isJson(type)) {
      throw unsupported("The Content-Type of the body must be application/json.");
    }
    return isGzip(headers) ? decompress(body, open, bytesMax) : body;
  }

  static boolean isGzip(RequestHeaders headers) {
    return GZIP.equalsIgnoreCase(headers.get(HttpHeaderNames.CONTENT_ENCODING));
  }

  /** {@code application/grpc+json} has gRPC frames. */
  private static boolean isJson(MediaType type) {
    return type.isJson() && !type.subtype().startsWith("grpc");
  }

  private static byte[] decompress(byte[] body, OpenCall open, int bytesMax) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2 * body.length);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (out.size() + count > bytesMax) {
          throw CallErrors.tooLarge(bytesMax);
        }
        open.reserve(count);
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new SessionException(ErrorReason.MALFORMED_BODY, "The body is not valid gzip.");
    }
    return out.toByteArray();
  }

  private static SessionException unsupported(String message) {
    return new SessionException(ErrorReason.UNSUPPORTED_MEDIA_TYPE, message);
  }
}
