package dev.parley.api;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What names a call in logs and to its caller: what the caller sends as {@code x-request-id}, if it
 * is 1 to 128 visible ASCII characters; else 12 hexadecimal digits, as grip's contract has it.
 */
public final class RequestId {
  /** The header, of requests and answers, that has it. */
  public static final String HEADER = "x-request-id";

  private static final Pattern FORM = Pattern.compile("[!-~]{1,128}");
  private static final int DIGITS = 12;

  private RequestId() {}

  static void assign(ServiceRequestContext ctx, RequestHeaders headers) {
    String id = of(headers);
    CallState.of(ctx).requestId(id);
    ctx.setAdditionalResponseHeader(HEADER, id);
  }

  /** The id of a call with these headers, or of one whose headers cannot be read. */
  static String of(@Nullable RequestHeaders headers) {
    String brought = headers == null ? null : headers.get(HEADER);
    return brought != null && FORM.matcher(brought).matches()
        ? brought
        : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), DIGITS);
  }

  /** That of the call that this thread works on; null if it works on none. */
  static @Nullable String current() {
    ServiceRequestContext ctx = ServiceRequestContext.currentOrNull();
    return ctx == null ? null : CallState.of(ctx).requestId();
  }
}
