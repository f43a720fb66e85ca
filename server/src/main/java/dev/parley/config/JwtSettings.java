package dev.parley.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How user tokens are verified. Either the secret or a JWK Set is present, or both.
 *
 * @param hs256Secret see {@link Setting#JWT_HS256_SECRET}
 * @param jwksUrl the URL of the JWK Set; see {@link Setting#JWT_JWKS}
 * @param jwksFile the file of the JWK Set; see {@link Setting#JWT_JWKS}
 * @param audience see {@link Setting#JWT_AUDIENCE}
 * @param owner see {@link Setting#JWT_OWNER}
 */
public record JwtSettings(
    Optional<String> hs256Secret,
    Optional<URI> jwksUrl,
    Optional<Path> jwksFile,
    String audience,
    String owner) {
  private static final int SECRET_BYTES_MIN = 32;
  private static final int NAME_CHARACTERS_MAX = 255;

  /** Reads the settings. Empty if user tokens are not accepted. */
  static Optional<JwtSettings> of(SettingsResolver resolver) {
    Optional<String> secret = resolver.text(Setting.JWT_HS256_SECRET);
    Optional<String> jwks = resolver.text(Setting.JWT_JWKS);
    String audience = name(resolver, Setting.JWT_AUDIENCE);
    boolean enabled = secret.isPresent() || jwks.isPresent();
    if (!enabled && resolver.text(Setting.JWT_OWNER).isPresent()) {
      throw resolver.invalidValue(Setting.JWT_OWNER);
    }
    if (!enabled) {
      return Optional.empty();
    }
    if (secret.isPresent() && secret.get().getBytes(UTF_8).length < SECRET_BYTES_MIN) {
      throw resolver.invalidValue(Setting.JWT_HS256_SECRET);
    }
    boolean isUrl = jwks.filter(JwtSettings::isUrl).isPresent();
    return Optional.of(
        new JwtSettings(
            secret,
            isUrl ? resolver.url(Setting.JWT_JWKS) : Optional.empty(),
            isUrl ? Optional.empty() : jwks.map(file -> resolver.path(Setting.JWT_JWKS)),
            audience,
            name(resolver, Setting.JWT_OWNER)));
  }

  private static String name(SettingsResolver resolver, Setting setting) {
    String value = resolver.required(setting);
    boolean usable =
        value.codePointCount(0, value.length()) <= NAME_CHARACTERS_MAX
            && value.codePoints().noneMatch(Character::isISOControl);
    if (!usable) {
      throw setting.invalidValue(value);
    }
    return value;
  }

  private static boolean isUrl(String location) {
    return location.startsWith("http://") || location.startsWith("https://");
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "JwtSettings[hs256Secret=%s, jwksUrl=%s, jwksFile=%s, audience=%s, owner=%s]"
        .formatted(hs256Secret.map(secret -> "***"), jwksUrl, jwksFile, audience, owner);
  }
}
