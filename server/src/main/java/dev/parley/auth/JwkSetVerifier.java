package dev.parley.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.net.URL;
import java.security.Key;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verifies tokens with the public keys of a JWK Set. */
public final class JwkSetVerifier implements TokenVerifier {
  private static final Logger log = LoggerFactory.getLogger(JwkSetVerifier.class);

  /** EdDSA is not supported, because the library needs another library for it. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final Duration REFRESH_TIMEOUT = Duration.ofSeconds(5);

  /**
   * The default of the library, half a second, is too short for an issuer that has just started.
   */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);
  private static final Duration KEPT_WITHOUT_ISSUER = Duration.ofHours(4);

  private final JWSVerificationKeySelector<SecurityContext> selector;
  private final boolean remote;
  private volatile boolean fetched;

  private JwkSetVerifier(JWKSource<SecurityContext> source, boolean remote) {
    selector = new JWSVerificationKeySelector<>(ALGORITHMS, source);
    this.remote = remote;
  }

  /** Creates a verifier for a JWK Set in JSON. It must contain at least one public key. */
  public static JwkSetVerifier of(String json) {
    JWKSet keys;
    try {
      keys = JWKSet.parse(json).toPublicJWKSet();
    } catch (ParseException e) {
      throw new IllegalArgumentException("The document is not a JWK Set.");
    }
    if (keys.getKeys().stream().noneMatch(AsymmetricJWK.class::isInstance)) {
      throw new IllegalArgumentException("The JWK Set contains no public key.");
    }
    return new JwkSetVerifier(new ImmutableJWKSet<>(keys), false);
  }

  /**
   * Creates a verifier for a JWK Set at a URL. The keys are fetched when the first token arrives.
   * They are fetched again after five minutes, or when a token names an unknown key, but at most
   * twice in 30 seconds. A fetch times out after three seconds. If the URL does not respond, the
   * last keys remain valid for four hours.
   */
  public static JwkSetVerifier at(URL address) {
    return new JwkSetVerifier(
        JWKSourceBuilder.create(
                address,
                new DefaultResourceRetriever(
                    (int) CONNECT_TIMEOUT.toMillis(),
                    (int) READ_TIMEOUT.toMillis(),
                    JWKSourceBuilder.DEFAULT_HTTP_SIZE_LIMIT))
            .cache(FRESH.toMillis(), REFRESH_TIMEOUT.toMillis())
            .refreshAheadCache(false)
            .rateLimited(BETWEEN_FETCHES.toMillis())
            .outageTolerant(KEPT_WITHOUT_ISSUER.toMillis())
            .build(),
        true);
  }

  @Override
  public Set<JWSAlgorithm> algorithms() {
    return ALGORITHMS;
  }

  @Override
  public boolean mayBlock() {
    return remote;
  }

  @Override
  public boolean verify(JWSObject token) {
    for (Key key : candidates(token)) {
      if (verify(token, key)) {
        return true;
      }
    }
    return false;
  }

  private List<Key> candidates(JWSObject token) {
    try {
      List<Key> keys = selector.selectJWSKeys(token.getHeader(), null);
      fetched = true;
      return keys;
    } catch (KeySourceException e) {
      if (fetched && e instanceof RateLimitReachedException) {
        // Tokens with unknown key ids arrive faster than the keys may be fetched.
        return List.of();
      }
      log.warn(
          "The keys that verify user tokens could not be fetched. Check the setting jwt-jwks.", e);
      throw new SessionException(
          ErrorReason.UNAVAILABLE, "The keys that verify user tokens are not available.");
    }
  }

  private static boolean verify(JWSObject token, Key key) {
    try {
      return token.verify(
          new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), key));
    } catch (JOSEException e) {
      return false;
    }
  }
}
