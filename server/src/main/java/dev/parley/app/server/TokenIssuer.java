package dev.parley.app.server;

import dev.parley.auth.PublicKeys;
import dev.parley.auth.SharedSecret;
import dev.parley.auth.TokenKeys;
import dev.parley.auth.UserTokens;
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

  static UserTokens of(JwtSettings settings, Clock clock) {
    List<TokenKeys> keys = new ArrayList<>();
    settings.hs256Secret().map(SharedSecret::new).ifPresent(keys::add);
    settings.jwksUrl().map(TokenIssuer::fromUrl).ifPresent(keys::add);
    settings.jwksFile().map(TokenIssuer::fromFile).ifPresent(keys::add);
    return new UserTokens(keys, settings.audience(), settings.owner(), clock);
  }

  private static PublicKeys fromUrl(URI url) {
    try {
      return PublicKeys.at(url.toURL());
    } catch (MalformedURLException e) {
      throw new ConfigException("The URL of the JWK Set is not valid.");
    }
  }

  private static PublicKeys fromFile(Path file) {
    try {
      return PublicKeys.of(Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException("The JWK Set file " + file + " cannot be read.");
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "The JWK Set file " + file + " does not contain a JWK Set with a public key.");
    }
  }
}
