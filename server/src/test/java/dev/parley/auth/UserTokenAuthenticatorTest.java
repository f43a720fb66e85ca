package dev.parley.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.testing.SetClock;
import dev.parley.testing.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The accepted tokens, and the problem of each refused token. */
class UserTokenAuthenticatorTest {
  private static final String NOW = "2026-03-01T00:00:00Z";
  private static final long SECONDS = Instant.parse(NOW).getEpochSecond();
  private static final String GOOD =
      "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":" + (SECONDS + 1) + "}";

  private static RSAKey rsa;
  private static ECKey ec;

  private final SetClock clock = new SetClock(NOW);
  private final UserTokenAuthenticator both =
      tokens(List.of(new SharedSecretVerifier(Tokens.SECRET), JwkSetVerifier.of(jwks())));

  @BeforeAll
  static void makeKeys() throws JOSEException {
    rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
  }

  @AfterEach
  void close() {
    both.close();
  }

  private static String jwks() {
    return new JWKSet(List.of(rsa, ec)).toString(true);
  }

  private UserTokenAuthenticator tokens(List<TokenVerifier> keys) {
    return new UserTokenAuthenticator(keys, "authenticated", "acme", clock);
  }

  private static JWSHeader header(JWSAlgorithm algorithm, String keyId) {
    return new JWSHeader.Builder(algorithm).keyID(keyId).build();
  }

  private static void refused(UserTokenAuthenticator tokens, String token, TokenProblem problem) {
    CompletionException thrown =
        Assertions.catchThrowableOfType(
            CompletionException.class, () -> tokens.authenticate(token).join());
    assertThat(thrown).describedAs(token).hasCauseInstanceOf(SessionException.class);
    SessionException failure = (SessionException) thrown.getCause();
    assertThat(failure.reason()).isEqualTo(ErrorReason.CREDENTIAL_INVALID);
    assertThat(failure.metadata()).containsOnlyKeys("problem").containsValue(problem.name());
    assertThat(failure.getMessage()).doesNotContain("ada", "SECRET");
  }

  private void refused(String token, TokenProblem problem) {
    refused(both, token, problem);
  }

  private static String claims(String more) {
    return GOOD.substring(0, GOOD.length() - 1) + "," + more + "}";
  }

  @Test
  void user_everyClaim_isThere() {
    String token =
        Tokens.hs256(
            claims("\"azp\":\"app\",\"client_id\":\"other\",\"scope\":\"agent:read  openid\""));
    assertThat(both.authenticate(token).join())
        .isEqualTo(new Principal.User("acme", "ada", "app", Set.of("agent:read", "openid")));
  }

  @Test
  void user_fewestClaims_hasNoClientAndNoScope() {
    assertThat(both.authenticate(Tokens.hs256(GOOD)).join())
        .isEqualTo(new Principal.User("acme", "ada", null, Set.of()));
  }

  @Test
  void user_otherSpellings_areTheSame() {
    String token =
        Tokens.hs256(
            """
            {"sub":"ada","aud":["x","authenticated"],"exp":%d.5,"client_id":"app","scp":["chat"]}"""
                .formatted(SECONDS));
    assertThat(both.authenticate(token).join())
        .isEqualTo(new Principal.User("acme", "ada", "app", Set.of("chat")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"scope\":\"openid profile\",\"scp\":\"agent:read\"|openid profile agent:read",
        "\"scope\":null,\"scp\":[\"agent:read\"]|agent:read",
        "\"scope\":[\"agent:read openid\"]|agent:read openid",
        "\"scope\":\"agent:read\\tchat\\n\"|agent:read chat",
      })
  void scopes_howeverSpelled_areRead(String claims, String scopes) {
    assertThat(((Principal.User) both.authenticate(Tokens.hs256(claims(claims))).join()).scopes())
        .containsExactlyInAnyOrder(scopes.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "true", "{}", "[5]", "[null]", "[[\"chat\"]]"})
  void scopes_thatCannotBeRead_refused(String value) {
    refused(Tokens.hs256(claims("\"scope\":" + value)), TokenProblem.CLAIMS);
    refused(Tokens.hs256(claims("\"scp\":" + value)), TokenProblem.CLAIMS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void signature_ofTheRsaKey_accepted(String algorithm) {
    JWSHeader header = header(JWSAlgorithm.parse(algorithm), "rsa");
    assertThat(both.authenticate(Tokens.signed(header, rsa, GOOD)).join().user()).isEqualTo("ada");
  }

  @Test
  void signature_ofTheEllipticKey_acceptedWithAndWithoutItsId() {
    for (String keyId : new String[] {"ec", null}) {
      JWSHeader header = header(JWSAlgorithm.ES256, keyId);
      assertThat(both.authenticate(Tokens.signed(header, ec, GOOD)).join().user()).isEqualTo("ada");
    }
  }

  /** A known attack: the public key is used as the secret of an HMAC. */
  @Test
  void signature_hs256WithThePublicKey_refused() throws JOSEException {
    for (byte[] known :
        List.of(
            rsa.toRSAPublicKey().getEncoded(),
            rsa.toPublicJWK().toJSONString().getBytes(UTF_8),
            rsa.getModulus().decode())) {
      refused(Tokens.hs256(known, GOOD), TokenProblem.SIGNATURE);
    }
    UserTokenAuthenticator publicOnly = tokens(List.of(JwkSetVerifier.of(jwks())));
    refused(
        publicOnly, Tokens.hs256(rsa.toRSAPublicKey().getEncoded(), GOOD), TokenProblem.ALGORITHM);
    publicOnly.close();
  }

  @Test
  void signature_ofAnother_refused() throws JOSEException {
    refused(Tokens.hs256("x".repeat(32).getBytes(UTF_8), GOOD), TokenProblem.SIGNATURE);
    RSAKey other = new RSAKeyGenerator(2048).keyID("rsa").generate();
    refused(Tokens.signed(header(JWSAlgorithm.RS256, "rsa"), other, GOOD), TokenProblem.SIGNATURE);
    refused(
        Tokens.signed(header(JWSAlgorithm.RS256, "unknown"), rsa, GOOD), TokenProblem.SIGNATURE);
    refused(Tokens.signed(header(JWSAlgorithm.ES256, "rsa"), ec, GOOD), TokenProblem.SIGNATURE);
  }

  /** A key within the token is ignored. */
  @Test
  void signature_withItsOwnKeyInTheHeader_refused() throws JOSEException {
    RSAKey own = new RSAKeyGenerator(2048).generate();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own.toPublicJWK()).build();
    refused(Tokens.signed(header, own, GOOD), TokenProblem.SIGNATURE);
  }

  @Test
  void signature_strippedOrChanged_refused() {
    String token = Tokens.hs256(GOOD);
    String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
    refused(unsigned, TokenProblem.SIGNATURE);
    refused(unsigned + "AAAA", TokenProblem.SIGNATURE);
    String[] parts = token.split("\\.");
    refused(
        parts[0] + "." + Tokens.base64(GOOD.replace("ada", "bob")) + "." + parts[2],
        TokenProblem.SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "HS384", "HS512", "ES256K", "EdDSA", "foo"})
  void algorithm_notAccepted_refused(String algorithm) {
    String header = "{\"alg\":\"" + algorithm + "\"}";
    refused(Tokens.hs256Raw(header, GOOD), TokenProblem.ALGORITHM);
    refused(
        Tokens.base64(header) + "." + Tokens.base64(GOOD) + ".",
        algorithm.equals("none") ? TokenProblem.ALGORITHM : TokenProblem.SIGNATURE);
  }

  @Test
  void header_demandsOrOtherTypes_refused() {
    refused(
        Tokens.hs256Raw("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", GOOD),
        TokenProblem.ALGORITHM);
    refused(
        Tokens.hs256Raw("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", GOOD),
        TokenProblem.ALGORITHM);
    refused(
        Tokens.hs256Raw("{\"alg\":\"HS256\",\"typ\":\"dpop+jwt\"}", GOOD), TokenProblem.MALFORMED);
    for (String type : List.of("JWT", "jwt", "at+jwt")) {
      JWSHeader header =
          new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType(type)).build();
      assertThat(both.authenticate(Tokens.signed(header, ec, GOOD)).join().user()).isEqualTo("ada");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "..",
        "eyJhbGciOiJIUzI1NiJ9.é.AAAA",
        "eyJhbGciOiJIUzI1NiJ9. .AAAA",
        "eyJhbGciOiJIUzI1NiJ9.e30=.AAAA",
        "eyJhbGciOiJIUzI1NiJ9+.e30.AAAA"
      })
  void form_ofNoToken_refused(String token) {
    refused(token, TokenProblem.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"a\"", "5", "{", "", "{\"sub\":\"ada\",\"sub\":\"bob\"}"})
  void claims_noObjectWithNamesOfItsOwn_refused(String claims) {
    if (!claims.isEmpty()) {
      refused(Tokens.hs256(claims), TokenProblem.MALFORMED);
    }
    refused(Tokens.hs256Raw("{\"alg\":\"HS256\",\"alg\":\"none\"}", GOOD), TokenProblem.MALFORMED);
  }

  @Test
  void nesting_asDeepAsATokenTakes_refused() {
    refused(
        Tokens.hs256("{\"a\":" + "[".repeat(2900) + "]".repeat(2900) + "}"),
        TokenProblem.MALFORMED);
    refused(
        Tokens.base64("{\"alg\":\"HS256\",\"x\":" + "[".repeat(2900) + "]".repeat(2900) + "}")
            + ".e30.AAAA",
        TokenProblem.MALFORMED);
  }

  @Test
  void length_atItsBoundAndPast() {
    int unpadded = Tokens.hs256(claims("\"p\":\"\"")).length();
    String padding = "x".repeat((8192 - unpadded) * 3 / 4);
    String longest = Tokens.hs256(claims("\"p\":\"" + padding + "\""));
    assertThat(longest.length()).isBetween(8189, 8192);
    assertThat(both.authenticate(longest).join().user()).isEqualTo("ada");
    refused(Tokens.hs256(claims("\"p\":\"" + padding + "xxxx\"")), TokenProblem.TOO_LARGE);
    refused("x".repeat(1 << 20), TokenProblem.TOO_LARGE);
  }

  @ParameterizedTest
  @CsvSource({
    "exp, 0, EXPIRED",
    "exp, -1, EXPIRED",
    "nbf, 31, NOT_YET_VALID",
    "iat, 31, NOT_YET_VALID"
  })
  void time_pastItsBound_refused(String claim, long offset, TokenProblem problem) {
    refused(Tokens.hs256(withTime(claim, offset)), problem);
  }

  @ParameterizedTest
  @CsvSource({"exp, 1", "nbf, 30", "iat, 30", "nbf, -1000000"})
  void time_atItsBound_accepted(String claim, long offset) {
    assertThat(both.authenticate(Tokens.hs256(withTime(claim, offset))).join().user())
        .isEqualTo("ada");
  }

  private static String withTime(String claim, long offset) {
    long time = SECONDS + offset;
    return claim.equals("exp")
        ? GOOD.replaceAll("\"exp\":\\d+", "\"exp\":" + time)
        : claims("\"" + claim + "\":" + time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"aud\":\"other\"", "\"aud\":[]", "\"aud\":[\"other\"]", "\"aud\":5", "\"x\":1"})
  void audience_another_refused(String audience) {
    refused(
        Tokens.hs256(GOOD.replace("\"aud\":\"authenticated\"", audience)), TokenProblem.AUDIENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sub\":\"ada\",\"aud\":\"authenticated\"}",
        "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":\"soon\"}",
        "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":null}",
        "{\"aud\":\"authenticated\",\"exp\":1893456000}",
        "{\"sub\":\"\",\"aud\":\"authenticated\",\"exp\":1893456000}",
        "{\"sub\":7,\"aud\":\"authenticated\",\"exp\":1893456000}",
        "{\"sub\":\"a\\u0000b\",\"aud\":\"authenticated\",\"exp\":1893456000}",
        "{\"sub\":\"a\\ud800\",\"aud\":\"authenticated\",\"exp\":1893456000}",
        "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":1893456000,\"azp\":[]}",
        "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":1893456000,\"nbf\":\"x\"}"
      })
  void claims_missingOrUnusable_refused(String claims) {
    refused(Tokens.hs256(claims), TokenProblem.CLAIMS);
  }

  @Test
  void subject_atItsBoundAndPast() {
    String longest = "😀".repeat(255);
    assertThat(both.authenticate(Tokens.hs256(GOOD.replace("ada", longest))).join().user())
        .isEqualTo(longest);
    refused(Tokens.hs256(GOOD.replace("ada", longest + "x")), TokenProblem.CLAIMS);
  }

  /** Without a valid signature, the problem does not reveal anything about the claims. */
  @Test
  void expired_andBadlySigned_isBadlySigned() {
    refused(
        Tokens.hs256("x".repeat(32).getBytes(UTF_8), withTime("exp", -9)), TokenProblem.SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "[]", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"})
  void jwks_withoutAPublicKey_refused(String json) {
    Assertions.assertThatIllegalArgumentException().isThrownBy(() -> JwkSetVerifier.of(json));
  }
}
