package dev.parley.api.powabase;

import dev.parley.api.call.Credentials;
import dev.parley.api.call.RequestHeader;
import dev.parley.auth.KeySecret;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the two credential headers: {@code apikey}, which a gateway in front of that API checks,
 * and {@code Authorization}, which identifies the caller. Clients of Parley can omit {@code
 * apikey}, or send their key only in it.
 */
final class PowabaseCredentials implements Credentials {
  /** Error metadata: the header with the invalid credential, if it is not {@code authorization}. */
  static final String HEADER = "header";

  private static final String API_KEY = "apikey";
  private static final Pattern JWT_FORM = Pattern.compile("[\\w-]++\\.[\\w-]++\\.[\\w-]++");

  @Override
  public @Nullable String token(RequestHeader headers) {
    String apiKey = headers.get(API_KEY);
    if (apiKey != null && apiKey.isBlank()) {
      throw new SessionException(
          ErrorReason.CREDENTIAL_MISSING, "The header \"apikey\" is empty.", ofGateway());
    }
    boolean isKey = apiKey != null && KeySecret.isWellFormed(apiKey);
    // A token in apikey is not verified. It grants no access, because it never identifies the
    // caller.
    if (apiKey != null && !isKey && !JWT_FORM.matcher(apiKey).matches()) {
      throw refusedByGateway();
    }
    return isKey && !headers.contains(Credentials.AUTHORIZATION)
        ? apiKey
        : Credentials.bearer(headers);
  }

  @Override
  public SessionException refusal(RequestHeader headers, SessionException failure) {
    boolean byApiKey = !headers.contains(Credentials.AUTHORIZATION);
    return byApiKey && failure.reason() == ErrorReason.CREDENTIAL_INVALID
        ? refusedByGateway()
        : failure;
  }

  private static SessionException refusedByGateway() {
    return new SessionException(
        ErrorReason.CREDENTIAL_INVALID,
        "The key in the header \"apikey\" is invalid, revoked or expired.",
        ofGateway());
  }

  private static Map<String, String> ofGateway() {
    return Map.of(HEADER, API_KEY);
  }
}
