package dev.parley.api.grip;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.parley.api.AnswerHeaders;
import dev.parley.core.IdGenerator;
import io.netty.util.AsciiString;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers are not for browsers to keep or to show, and each has an id to find it by. */
final class GripHeaders implements AnswerHeaders {
  private static final AsciiString REQUEST_ID = HttpHeaderNames.of("x-request-id");
  private static final AsciiString REMAINING = HttpHeaderNames.of("x-ratelimit-remaining");
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,128}");

  private final IdGenerator ids;

  GripHeaders(IdGenerator ids) {
    this.ids = ids;
  }

  @Override
  public void addTo(@Nullable RequestHeaders request, ResponseHeadersBuilder answer) {
    answer
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'")
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(REQUEST_ID, requestId(request));
    if (answer.status().equals(HttpStatus.TOO_MANY_REQUESTS)) {
      answer.setInt(REMAINING, 0);
    }
  }

  /** The caller's, so that it finds the answer again; else a new one. */
  private String requestId(@Nullable RequestHeaders request) {
    String sent = request == null ? null : request.get(REQUEST_ID);
    return sent != null && VISIBLE.matcher(sent).matches() ? sent : ids.requestId();
  }
}
