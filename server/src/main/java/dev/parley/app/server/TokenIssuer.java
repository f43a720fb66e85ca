package dev.parley.app.server;

import dev.parley.auth.JwkSetVerifier;
import dev.parley.auth.SharedSecretVerifier;
import dev.parley.auth.TokenVerifier;
import dev.parley.auth.UserTokenAuthenticator;
import dev.parley.config.ConfigException;
import dev.parley.config.JwtSettings;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Creates the verification of user tokens from the settings. */
final class TokenIssuer {
  private TokenIssuer() {}

  static UserTokenAuthenticator of(JwtSettings settings, Clock clock) {
    List<TokenVerifier> keys = new ArrayList<>();
    settings.hs256Secret().map(SharedSecretVerifier::new).ifPresent(keys::add);
    settings.jwksUrl().map(TokenIssuer::fromUrl).ifPresent(keys::add);
    settings.jwksFile().map(TokenIssuer::fromFile).ifPresent(keys::add);
    return new UserTokenAuthenticator(keys, settings.audience(), settings.owner(), clock);
  }

  private static JwkSetVerifier fromUrl(URI url) {
    try {
      return JwkSetVerifier.at(url.toURL());
    } catch (MalformedURLException e) {
      throw new ConfigException("The URL of the JWK Set is not valid.");
    }
  }

  private static JwkSetVerifier fromFile(Path file) {
    try {
      return JwkSetVerifier.of(Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException("The JWK Set file " + file + " cannot be read.");
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "The JWK Set file " + file + " does not contain a JWK Set with a public key.");
    }
  }
}
