package dev.parley.api.http;

import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.netty.util.AsciiString;
import java.util.Map;

/** Limits the size of request headers (gRPC metadata). */
public final class HeaderLimit {
  /** The maximum total size of header names and values, in bytes. */
  public static final int BYTES_MAX = 32 * 1024;

  private HeaderLimit() {}

  /** The error for larger headers. */
  public static void require(RequestHeaders headers, ErrorReason reason) {
    int bytes = 0;
    for (Map.Entry<AsciiString, String> header : headers) {
      bytes += header.getKey().length() + header.getValue().length();
    }
    if (bytes > BYTES_MAX) {
      throw tooLarge(reason);
    }
  }

  static SessionException tooLarge(ErrorReason reason) {
    return new SessionException(
        reason,
        "The headers of the request have more than " + BYTES_MAX + " bytes.",
        Map.of("bytes_max", Integer.toString(BYTES_MAX)));
  }
}
