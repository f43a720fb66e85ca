package dev.parley.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose tokens users may come with.
 *
 * @param hs256Secret see {@link Setting#JWT_HS256_SECRET}, as the others; this or a JWK Set is
 *     there
 * @param jwksUrl the JWK Set, if it is at a URL
 * @param jwksFile the JWK Set, if it is in a file
 */
public record JwtSettings(
    Optional<String> hs256Secret,
    Optional<URI> jwksUrl,
    Optional<Path> jwksFile,
    String audience,
    String owner) {
  private static final int SECRET_BYTES_MIN = 32;
  private static final int NAME_CHARACTERS_MAX = 255;

  /** What these settings say of users' tokens; empty if none are taken. */
  static Optional<JwtSettings> of(SettingsResolver resolver) {
    Optional<String> secret = resolver.text(Setting.JWT_HS256_SECRET);
    Optional<String> jwks = resolver.text(Setting.JWT_JWKS);
    String audience = name(resolver, Setting.JWT_AUDIENCE);
    boolean wanted = secret.isPresent() || jwks.isPresent();
    if (!wanted && resolver.text(Setting.JWT_OWNER).isPresent()) {
      throw resolver.invalidValue(Setting.JWT_OWNER);
    }
    if (!wanted) {
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

  private static boolean isUrl(String place) {
    return place.startsWith("http://") || place.startsWith("https://");
  }

  /** The secret is one. */
  @Override
  public String toString() {
    return "JwtSettings[hs256Secret=%s, jwksUrl=%s, jwksFile=%s, audience=%s, owner=%s]"
        .formatted(hs256Secret.map(secret -> "***"), jwksUrl, jwksFile, audience, owner);
  }
}
