package dev.parley.api.call;

import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/** Extracts the credential of a call, for one API over both transports. */
public interface Credentials {
  /** The header with the bearer token. */
  String AUTHORIZATION = "authorization";

  /**
   * Returns the token of a call, valid or not; null if the call has none.
   *
   * @throws SessionException if the credential can be rejected without a lookup
   */
  @Nullable String token(RequestHeader headers);

  /** Returns the error for a call whose authentication failed. Default: {@code failure}. */
  default SessionException refusal(RequestHeader headers, SessionException failure) {
    return failure;
  }

  /** Reads the token of {@code Authorization: Bearer <token>}. The scheme is case-insensitive. */
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
