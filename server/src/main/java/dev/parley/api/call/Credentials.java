package dev.parley.api.call;

import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/** Where the callers of one API put their credential, over gRPC and REST alike. */
public interface Credentials {
  /** The header with the bearer token. */
  String AUTHORIZATION = "authorization";

  /**
   * The token of a call, valid or not; null if the call has none.
   *
   * @throws SessionException for a credential that is refused without a look-up
   */
  @Nullable String token(RequestHeader headers);

  /** The error for a call that authentication refuses. Default: {@code failure}. */
  default SessionException refusal(RequestHeader headers, SessionException failure) {
    return failure;
  }

  /** The token of {@code Authorization: Bearer <token>}; the scheme is case-insensitive. */
  static @Nullable String bearer(RequestHeader headers) {
    String scheme = "bearer ";
    String authorization = headers.get(AUTHORIZATION);
    if (authorization == null
        || !authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
      return null;
    }
    return authorization.substring(scheme.length()).strip();
  }
}
