package dev.parley.api.http;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the id of a call in logs and responses: the caller's {@code x-request-id} if it has 1 to
 * 128 visible ASCII characters, otherwise 12 hexadecimal digits, as the contract of grip requires.
 */
public final class RequestId {
  /** The header of requests and responses. */
  public static final String HEADER = "x-request-id";

  private static final Pattern FORM = Pattern.compile("[!-~]{1,128}");
  private static final int DIGITS = 12;

  private RequestId() {}

  /** Assigns the id of a call and adds it to the response. */
  static void assign(ServiceRequestContext ctx, RequestHeaders headers) {
    ctx.setAdditionalResponseHeader(HEADER, of(headers));
  }

  /** Returns the id of a call; empty if none was assigned. */
  public static String of(ServiceRequestContext ctx) {
    String id = ctx.additionalResponseHeaders().get(HEADER);
    return id == null ? "" : id;
  }

  /** Returns an id for a request with these headers; null for unreadable headers. */
  public static String of(@Nullable RequestHeaders headers) {
    String brought = headers == null ? null : headers.get(HEADER);
    return brought != null && FORM.matcher(brought).matches()
        ? brought
        : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), DIGITS);
  }
}
