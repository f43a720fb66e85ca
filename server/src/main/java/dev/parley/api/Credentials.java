package dev.parley.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/** Where the callers of one face put their credential, over gRPC and REST alike. */
public interface Credentials {
  /**
   * The token of a call, good or bad; null if it brings none.
   *
   * @throws SessionException for a credential that is refused as it stands
   */
  @Nullable String token(RequestHeaders headers);

  /** What a call is told that was refused before it came to its rpc: by default, the failure. */
  default SessionException refusal(RequestHeaders headers, SessionException failure) {
    return failure;
  }

  /** The token of {@code Authorization: Bearer <token>}, the scheme's name in any case. */
  static @Nullable String bearer(RequestHeaders headers) {
    String scheme = "bearer ";
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    if (authorization == null
        || !authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
      return null;
    }
    return authorization.substring(scheme.length()).strip();
  }
}
