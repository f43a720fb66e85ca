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

/** The public keys of an issuer, as a JWK Set. */
public final class JwkSetVerifier implements TokenVerifier {
  private static final Logger log = LoggerFactory.getLogger(JwkSetVerifier.class);

  /** EdDSA is not among them: the library leaves it to another. */
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

  /** The library's own, half a second, is less than an issuer may take that has just started. */
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

  /** The keys of a JWK Set in JSON, of which there must be one at least. */
  public static JwkSetVerifier of(String json) {
    JWKSet keys;
    try {
      keys = JWKSet.parse(json).toPublicJWKSet();
    } catch (ParseException e) {
      throw new IllegalArgumentException("Not a JWK Set.");
    }
    if (keys.getKeys().stream().noneMatch(AsymmetricJWK.class::isInstance)) {
      throw new IllegalArgumentException("Not a JWK Set with a public key.");
    }
    return new JwkSetVerifier(new ImmutableJWKSet<>(keys), false);
  }

  /**
   * The keys that this address answers with: asked for when the first token comes, again after five
   * minutes or when a token names a key that is not known, but not more than twice in 30 seconds,
   * and kept for four hours while it does not answer, for which it has three seconds.
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
  public boolean signed(JWSObject token) {
    for (Key key : candidates(token)) {
      if (signed(token, key)) {
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
        // Tokens with made-up key ids come faster than the issuer is asked.
        return List.of();
      }
      log.warn("The keys of the tokens' issuer cannot be had.", e);
      throw new SessionException(
          ErrorReason.UNAVAILABLE, "The keys of the tokens' issuer cannot be had.");
    }
  }

  private static boolean signed(JWSObject token, Key key) {
    try {
      return token.verify(
          new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), key));
    } catch (JOSEException e) {
      return false;
    }
  }
}
