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
 * What a token claims, once its signature was found good.
 *
 * @param values the claims by their names
 */
record TokenClaims(Map<String, Object> values) {
  private static final int NAME_CHARACTERS_MAX = 255;

  /** How far the issuer's clock may be ahead of this one. */
  private static final Duration SKEW = Duration.ofSeconds(30);

  /** Refuses a token that is not good at this time, or is meant for another audience. */
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

  /** The user of this owner's agents that the token was issued to. */
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

  /** A name that can be stored: such as sessions have for their users and clients. */
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

  /** Those of {@code scope}, as OAuth 2.0 has it, and of {@code scp}, as others have the same. */
  private Set<String> scopes() {
    return Stream.of("scope", "scp").flatMap(this::scopes).collect(Collectors.toUnmodifiableSet());
  }

  /** A claim that cannot be read is refused: what it was to hold back would be let through. */
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
