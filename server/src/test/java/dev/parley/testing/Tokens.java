package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import java.util.Base64;

/**
 * Creates user tokens, valid and invalid. They are signed from text, so that no library corrects
 * their contents.
 */
public final class Tokens {
  /** 32 bytes, the minimum length. */
  public static final String SECRET = "0123456789abcdef0123456789abcdef";

  private Tokens() {}

  /** Signed with {@link #SECRET}. */
  public static String hs256(String claims) {
    return hs256(SECRET.getBytes(UTF_8), claims);
  }

  /** Signed with another secret. */
  public static String hs256(byte[] secret, String claims) {
    try {
      return signed(new JWSHeader(JWSAlgorithm.HS256), new MACSigner(secret), claims);
    } catch (JOSEException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Signed with a private key. */
  public static String signed(JWSHeader header, JWK key, String claims) {
    try {
      return signed(
          header,
          new DefaultJWSSignerFactory().createJWSSigner(key, header.getAlgorithm()),
          claims);
    } catch (JOSEException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Signed with {@link #SECRET} and with this header. */
  public static String hs256Raw(String header, String claims) {
    try {
      String input = base64(header) + "." + base64(claims);
      return input
          + "."
          + new MACSigner(SECRET).sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(UTF_8));
    } catch (JOSEException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Encodes a part of a token. */
  public static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String signed(JWSHeader header, JWSSigner signer, String claims)
      throws JOSEException {
    JWSObject token = new JWSObject(header, new Payload(claims));
    token.sign(signer);
    return token.serialize();
  }
}
