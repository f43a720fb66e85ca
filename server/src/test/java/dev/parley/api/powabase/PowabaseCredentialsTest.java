package dev.parley.api.powabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PowabaseCredentialsTest {
  private static final String KEY = "g_agent_000000000000000000000000000000000000000000000000";
  private static final String OTHER_KEY =
      "g_master_111111111111111111111111111111111111111111111111";
  private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-_";

  private final PowabaseCredentials credentials = new PowabaseCredentials();

  private static RequestHeaders headers(@Nullable String authorization, @Nullable String apiKey) {
    RequestHeadersBuilder headers = RequestHeaders.builder(HttpMethod.GET, "/api/sessions/x");
    if (authorization != null) {
      headers.set("authorization", authorization);
    }
    if (apiKey != null) {
      headers.set("apikey", apiKey);
    }
    return headers.build();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, -",
        "Bearer " + KEY + ", -, " + KEY,
        "bEARER " + KEY + ", -, " + KEY,
        "Bearer " + KEY + ", " + OTHER_KEY + ", " + KEY,
        "Bearer " + KEY + ", " + JWT + ", " + KEY,
        "Bearer " + JWT + ", " + KEY + ", " + JWT,
        "-, " + KEY + ", " + KEY,
        "-, " + JWT + ", -",
        "Basic abc, " + KEY + ", -",
        "Bearer, " + KEY + ", -"
      })
  void token_ofAuthorizationElseTheKey(
      @Nullable String authorization, @Nullable String apiKey, @Nullable String expected) {
    assertThat(credentials.token(headers(authorization, apiKey)::get)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "a.b", "a.b.c.d", "a..c", "a.b.c=", "g_agent_0", "eyJ.e30.\u0434", "a b.c.d"})
  void apiKey_ofNoKnownForm_refused(String apiKey) {
    SessionException failure =
        catchThrowableOfType(
            SessionException.class, () -> credentials.token(headers("Bearer " + KEY, apiKey)::get));
    assertThat(failure.reason()).isEqualTo(ErrorReason.CREDENTIAL_INVALID);
    assertThat(failure.metadata()).containsEntry("header", "apikey");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void apiKey_empty_isMissing(String apiKey) {
    SessionException failure =
        catchThrowableOfType(
            SessionException.class, () -> credentials.token(headers("Bearer " + KEY, apiKey)::get));
    assertThat(failure.reason()).isEqualTo(ErrorReason.CREDENTIAL_MISSING);
    assertThat(failure.metadata()).containsEntry("header", "apikey");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, CREDENTIAL_INVALID, true",
        "-, CREDENTIAL_MISSING, false",
        "-, RATE_LIMITED, false",
        "Bearer x, CREDENTIAL_INVALID, false"
      })
  void refusal_ofKeyInApiKey_isTheGateways(
      @Nullable String authorization, ErrorReason reason, boolean gateways) {
    SessionException told =
        credentials.refusal(headers(authorization, KEY)::get, new SessionException(reason, "no"));
    assertThat(told.reason()).isEqualTo(reason);
    assertThat(told.metadata().containsKey("header")).isEqualTo(gateways);
  }
}
