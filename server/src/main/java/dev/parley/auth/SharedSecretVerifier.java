package dev.parley.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.MACVerifier;
import java.util.Set;

/** Verifies HS256 tokens with a secret that the issuer shares with this server. */
public final class SharedSecretVerifier implements TokenVerifier {
  private final MACVerifier verifier;

  /**
   * Creates a verifier.
   *
   * @param secret at least 32 bytes of UTF-8
   */
  public SharedSecretVerifier(String secret) {
    try {
      verifier = new MACVerifier(secret.getBytes(UTF_8));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("The secret is too short for HS256.");
    }
  }

  @Override
  public Set<JWSAlgorithm> algorithms() {
    return Set.of(JWSAlgorithm.HS256);
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public boolean verify(JWSObject token) {
    try {
      return token.verify(verifier);
    } catch (JOSEException e) {
      return false;
    }
  }
}
