package dev.parley.api.grip;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.api.Face;
import dev.parley.core.Sessions;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Makes the face of grip's sessions API. */
public final class GripFace {
  private static final String SCHEME = "Bearer ";

  private GripFace() {}

  public static Face of(Sessions sessions, Clock clock) {
    return Face.builder("grip", "/api/v1/sessions", new GripErrorBody())
        .services(new GripRpcs(sessions, clock))
        .credentials(GripFace::token)
        .headers(new GripHeaders())
        .limitedByDefault()
        .build();
  }

  /** This API takes the scheme's name in one spelling only. */
  private static @Nullable String token(RequestHeaders headers) {
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    return authorization != null && authorization.startsWith(SCHEME)
        ? authorization.substring(SCHEME.length()).strip()
        : null;
  }
}
