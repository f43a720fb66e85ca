package dev.parley.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * The claims of a token with a valid signature. {@link UserTokenAuthenticatorTest} tests complete
 * tokens.
 */
class TokenClaimsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final long SECONDS = NOW.getEpochSecond();
  private static final String AUDIENCE = "authenticated";
  private static final int SKEW_SECONDS = 30;

  /** Valid claims with replacements; null removes a claim. */
  private static TokenClaims claims(String name, Object value) {
    Map<String, Object> values =
        new HashMap<>(Map.of("sub", "ada", "aud", AUDIENCE, "exp", SECONDS + 1));
    if (value == null) {
      values.remove(name);
    } else {
      values.put(name, value);
    }
    return new TokenClaims(values);
  }

  private static void refused(TokenProblem problem, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SessionException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ErrorReason.CREDENTIAL_INVALID);
              assertThat(e.metadata()).isEqualTo(Map.of("problem", problem.name()));
            });
  }

  private static void accepted(String name, Object value) {
    assertThatCode(() -> claims(name, value).require(NOW, AUDIENCE)).doesNotThrowAnyException();
  }

  private static void refused(TokenProblem problem, String name, Object value) {
    refused(problem, () -> claims(name, value).require(NOW, AUDIENCE));
  }

  @Test
  void require_exp_mustLieAhead() {
    accepted("exp", SECONDS + 0.5);
    refused(TokenProblem.EXPIRED, "exp", SECONDS);
    refused(TokenProblem.CLAIMS, "exp", null);
    refused(TokenProblem.CLAIMS, "exp", Long.toString(SECONDS + 1));
  }

  @Test
  void require_nbfAndIat_mayBeAheadByTheSkew() {
    for (String name : List.of("nbf", "iat")) {
      accepted(name, SECONDS + SKEW_SECONDS);
      refused(TokenProblem.NOT_YET_VALID, name, SECONDS + SKEW_SECONDS + 1);
      refused(TokenProblem.CLAIMS, name, "soon");
    }
  }

  @Test
  void require_aud_mustContainTheAudience() {
    accepted("aud", List.of("other", AUDIENCE));
    refused(TokenProblem.AUDIENCE, "aud", "other");
    refused(TokenProblem.AUDIENCE, "aud", List.of());
    refused(TokenProblem.AUDIENCE, "aud", null);
    refused(TokenProblem.AUDIENCE, "aud", 7);
  }

  @Test
  void user_sub_isRequired() {
    assertThat(claims("sub", "ada").user("acme"))
        .isEqualTo(new Principal.User("acme", "ada", null, Set.of()));
    refused(TokenProblem.CLAIMS, () -> claims("sub", null).user("acme"));
  }

  @Test
  void user_names_mustBeStorable() {
    String longest = "\uD83E\uDD9C".repeat(255);
    for (String name : List.of("sub", "azp", "client_id")) {
      assertThat(claims(name, longest).user("acme")).isNotNull();
      for (Object unusable : List.of("", longest + "x", "a\nb", "\uD83E", 7, List.of("ada"))) {
        refused(TokenProblem.CLAIMS, () -> claims(name, unusable).user("acme"));
      }
    }
  }

  @Test
  void user_client_isAzpOrElseClientId() {
    Map<String, Object> both =
        Map.of("sub", "ada", "azp", "from azp", "client_id", "from client_id");

    assertThat(new TokenClaims(both).user("acme").client()).isEqualTo("from azp");
    assertThat(claims("client_id", "app").user("acme").client()).isEqualTo("app");
  }

  @Test
  void user_scopes_areOfBothClaims() {
    Map<String, Object> both =
        Map.of("sub", "ada", "scope", " chat\topenid ", "scp", List.of("agent:read", "files"));

    assertThat(new TokenClaims(both).user("acme").scopes())
        .containsExactlyInAnyOrder("chat", "openid", "agent:read", "files");
    assertThat(claims("scope", "").user("acme").scopes()).isEmpty();
  }

  /** A claim that cannot be read may be a restriction, so the token is refused. */
  @Test
  void user_scopesThatCannotBeRead_refused() {
    Stream.of("scope", "scp")
        .forEach(
            name -> {
              refused(TokenProblem.CLAIMS, () -> claims(name, 7).user("acme"));
              refused(TokenProblem.CLAIMS, () -> claims(name, List.of("chat", 7)).user("acme"));
            });
  }
}
