package dev.parley.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token whose signature is valid.
 *
 * @param values the claims by their names
 */
record TokenClaims(Map<String, Object> values) {
  private static final int NAME_CHARACTERS_MAX = 255;

  /** The maximum difference between the clocks of the issuer and this server. */
  private static final Duration SKEW = Duration.ofSeconds(30);

  /** Rejects a token that is expired, not yet valid, or issued for another audience. */
  void require(Instant now, String audience) {
    Double expiry = seconds("exp");
    if (expiry == null) {
      throw TokenProblem.CLAIMS.exception("Invalid token: Token is missing the \"exp\" claim");
    }
    if (expiry <= seconds(now)) {
      throw TokenProblem.EXPIRED.exception("Token has expired");
    }
    for (String name : List.of("nbf", "iat")) {
      Double start = seconds(name);
      if (start != null && start > seconds(now.plus(SKEW))) {
        throw TokenProblem.NOT_YET_VALID.exception(
            "Invalid token: The token is not yet valid (" + name + ")");
      }
    }
    Object meant = values.get("aud");
    boolean fits =
        meant instanceof Collection<?> many ? many.contains(audience) : audience.equals(meant);
    if (!fits) {
      throw TokenProblem.AUDIENCE.exception("Invalid token audience");
    }
  }

  /**
   * Returns the user that the token was issued to.
   *
   * @param owner the owner whose agents the user may access
   */
  Principal.User user(String owner) {
    String subject = name("sub");
    if (subject == null) {
      throw TokenProblem.CLAIMS.exception("Invalid token: Token is missing the \"sub\" claim");
    }
    String party = name("azp");
    return new Principal.User(owner, subject, party == null ? name("client_id") : party, scopes());
  }

  private @Nullable Double seconds(String name) {
    Object value = values.get(name);
    if (value != null && !(value instanceof Number)) {
      throw unusable(name);
    }
    return value == null ? null : ((Number) value).doubleValue();
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  /** Returns a claim as a name of a user or client. Rejects names that cannot be stored. */
  private @Nullable String name(String claim) {
    Object value = values.get(claim);
    if (value == null) {
      return null;
    }
    boolean usable =
        value instanceof String text
            && !text.isEmpty()
            && text.codePointCount(0, text.length()) <= NAME_CHARACTERS_MAX
            && text.codePoints().noneMatch(Character::isISOControl)
            && UTF_8.newEncoder().canEncode(text);
    if (!usable) {
      throw unusable(claim);
    }
    return (String) value;
  }

  /**
   * Returns the scopes in the claims {@code scope} (OAuth 2.0) and {@code scp} (used by other
   * issuers).
   */
  private Set<String> scopes() {
    return Stream.of("scope", "scp").flatMap(this::scopes).collect(Collectors.toUnmodifiableSet());
  }

  /** Rejects a claim with an invalid type. Ignoring it would ignore its restrictions. */
  private Stream<String> scopes(String claim) {
    Object value = values.get(claim);
    if (value == null) {
      return Stream.of();
    }
    Collection<?> texts = value instanceof Collection<?> many ? many : List.of(value);
    if (!texts.stream().allMatch(String.class::isInstance)) {
      throw unusable(claim);
    }
    return texts.stream()
        .flatMap(text -> Stream.of(((String) text).split("\\s+")))
        .filter(name -> !name.isEmpty());
  }

  private static RuntimeException unusable(String claim) {
    return TokenProblem.CLAIMS.exception(
        "Invalid token: The \"" + claim + "\" claim is not usable");
  }
}
