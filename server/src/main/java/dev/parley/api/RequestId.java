package dev.parley.api;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What names a call in logs and to its caller: what the caller sends as {@code x-request-id}, if it
 * is 1 to 128 letters, digits and {@code . _ : / + = @ -}; else 16 hexadecimal digits.
 */
public final class RequestId {
  /** The header, of requests and answers, that has it. */
  public static final String HEADER = "x-request-id";

  /** What cannot break a log's line, nor a header. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

  private RequestId() {}

  static void assign(ServiceRequestContext ctx, RequestHeaders headers) {
    String brought = headers.get(HEADER);
    String id =
        brought != null && FORM.matcher(brought).matches()
            ? brought
            : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    CallState.of(ctx).requestId(id);
    ctx.setAdditionalResponseHeader(HEADER, id);
  }

  /** That of the call that this thread works on; null if it works on none. */
  static @Nullable String current() {
    ServiceRequestContext ctx = ServiceRequestContext.currentOrNull();
    return ctx == null ? null : CallState.of(ctx).requestId();
  }
}
