package dev.parley.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import java.util.Set;

/**
 * The keys of one kind that users' tokens are signed with. A key is used with the algorithms of its
 * own kind alone, whatever a token asks for.
 */
public sealed interface TokenVerifier permits SharedSecretVerifier, JwkSetVerifier {
  /** The algorithms of these keys. */
  Set<JWSAlgorithm> algorithms();

  /** Whether {@link #signed} may wait for another server. */
  boolean mayBlock();

  /**
   * Whether one of these keys signed the token. {@code UNAVAILABLE} if the keys cannot be had.
   *
   * @param token says to be signed with one of the {@link #algorithms}
   */
  boolean signed(JWSObject token);
}
