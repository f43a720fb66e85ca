package dev.parley.api.http;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id that names a call in logs and to its caller: the caller's own {@code x-request-id} if it
 * is 1 to 128 visible ASCII characters, otherwise 12 hexadecimal digits, as grip's contract has it.
 */
public final class RequestId {
  /** The header of requests and answers that has it. */
  public static final String HEADER = "x-request-id";

  private static final Pattern FORM = Pattern.compile("[!-~]{1,128}");
  private static final int DIGITS = 12;

  private RequestId() {}

  /** Chooses the id of a call and sends it with the answer. */
  static void assign(ServiceRequestContext ctx, RequestHeaders headers) {
    ctx.setAdditionalResponseHeader(HEADER, of(headers));
  }

  /** The id that was assigned to a call; empty if none was. */
  public static String of(ServiceRequestContext ctx) {
    String id = ctx.additionalResponseHeaders().get(HEADER);
    return id == null ? "" : id;
  }

  /** An id for a request with these headers; null for a request whose headers are unreadable. */
  public static String of(@Nullable RequestHeaders headers) {
    String brought = headers == null ? null : headers.get(HEADER);
    return brought != null && FORM.matcher(brought).matches()
        ? brought
        : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), DIGITS);
  }
}
