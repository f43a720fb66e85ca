package dev.parley.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.testing.SetClock;
import dev.parley.testing.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys of another server. They are requested rarely, for any sequence of tokens. */
class JwkSetVerifierTest {
  private static final String GOOD =
      "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":1893456000}";

  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicInteger status = new AtomicInteger(200);
  private final AtomicInteger delayMillis = new AtomicInteger();
  private ECKey key;
  private HttpServer issuer;
  private UserTokenAuthenticator tokens;

  @BeforeEach
  void start() throws IOException, JOSEException {
    key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    byte[] jwks = new JWKSet(key).toString(true).getBytes(UTF_8);
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/",
        exchange -> {
          fetches.incrementAndGet();
          CompletableFuture.delayedExecutor(delayMillis.get(), TimeUnit.MILLISECONDS)
              .execute(() -> answer(exchange, jwks));
        });
    issuer.start();
    URI place = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/jwks.json");
    tokens =
        new UserTokenAuthenticator(
            List.of(JwkSetVerifier.at(place.toURL())),
            "authenticated",
            "acme",
            new SetClock("2026-03-01T00:00:00Z"));
  }

  private void answer(HttpExchange exchange, byte[] jwks) {
    try (exchange) {
      exchange.sendResponseHeaders(status.get(), jwks.length);
      exchange.getResponseBody().write(jwks);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    tokens.close();
    issuer.stop(0);
  }

  private String token(String keyId) {
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(keyId).build();
    return Tokens.signed(header, key, GOOD);
  }

  private ErrorReason refusal(String token) {
    CompletionException thrown =
        catchThrowableOfType(CompletionException.class, () -> tokens.authenticate(token).join());
    return ((SessionException) thrown.getCause()).reason();
  }

  @Test
  void keys_fetchedOnce_forManyTokens() {
    for (int i = 0; i < 20; i++) {
      assertThat(tokens.authenticate(token("k")).join().user()).isEqualTo("ada");
    }
    assertThat(fetches).hasValue(1);
  }

  @Test
  void issuer_slowerThanHalfASecond_isWaitedFor() {
    delayMillis.set(700);
    assertThat(tokens.authenticate(token("k")).join().user()).isEqualTo("ada");
  }

  /** Tokens with unknown key ids do not cause repeated requests. */
  @Test
  void keyIds_madeUp_refusedWithFewFetches() {
    assertThat(tokens.authenticate(token("k")).join().user()).isEqualTo("ada");
    for (int i = 0; i < 50; i++) {
      assertThat(refusal(token("unknown-" + i))).isEqualTo(ErrorReason.CREDENTIAL_INVALID);
    }
    assertThat(fetches.get()).isLessThanOrEqualTo(3);
    assertThat(tokens.authenticate(token("k")).join().user()).isEqualTo("ada");
  }

  @Test
  void issuer_outOfReach_isUnavailableAndNotTheTokensFault() {
    status.set(500);
    for (int i = 0; i < 5; i++) {
      assertThat(refusal(token("k"))).isEqualTo(ErrorReason.UNAVAILABLE);
    }
  }
}
