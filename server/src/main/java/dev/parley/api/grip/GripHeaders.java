package dev.parley.api.grip;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.parley.api.AnswerHeaders;
import io.netty.util.AsciiString;

/** Answers are not for browsers to keep or to show. */
final class GripHeaders implements AnswerHeaders {
  private static final AsciiString REMAINING = HttpHeaderNames.of("x-ratelimit-remaining");

  @Override
  public void addTo(ResponseHeadersBuilder answer) {
    answer
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
        .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'")
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (answer.status().equals(HttpStatus.TOO_MANY_REQUESTS)) {
      answer.setInt(REMAINING, 0);
    }
  }
}
