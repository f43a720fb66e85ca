package dev.parley.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import java.util.Set;

/**
 * Verifies the signatures of user tokens with keys of one kind. A key is used only with the
 * algorithms of its kind, whatever algorithm the token requests.
 */
public sealed interface TokenVerifier permits SharedSecretVerifier, JwkSetVerifier {
  /** The supported algorithms. */
  Set<JWSAlgorithm> algorithms();

  /** Whether {@link #verify} may wait for another server. */
  boolean mayBlock();

  /**
   * Whether one of the keys signed the token. Fails with {@code UNAVAILABLE} if the keys are not
   * available.
   *
   * @param token a token that names one of the {@link #algorithms}
   */
  boolean verify(JWSObject token);
}
