package dev.parley.api.grip;

import dev.parley.api.call.ApiDefinition;
import dev.parley.api.call.Credentials;
import dev.parley.api.call.RequestHeader;
import dev.parley.core.Sessions;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Defines grip's sessions API. */
public final class GripApi {
  private static final String SCHEME = "Bearer ";

  /** Prevents browsers from caching or displaying responses. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "x-content-type-options", "nosniff",
          "x-frame-options", "DENY",
          "content-security-policy", "default-src 'none'",
          "cache-control", "no-store");

  private GripApi() {}

  /** The definition of the API. */
  public static ApiDefinition of(Sessions sessions, Clock clock) {
    return ApiDefinition.builder("grip", "/api/v1/sessions", new GripErrorFormat())
        .services(new GripSessionService(sessions, clock).handlers())
        .credentials(GripApi::token)
        .headers(HEADERS)
        .limitedByDefault()
        .build();
  }

  /** In this API, the authentication scheme is case-sensitive. */
  private static @Nullable String token(RequestHeader headers) {
    String authorization = headers.get(Credentials.AUTHORIZATION);
    return authorization != null && authorization.startsWith(SCHEME)
        ? authorization.substring(SCHEME.length()).strip()
        : null;
  }
}
