package dev.parley.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
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
  static Optional<JwtSettings> of(Map<Setting, String> values) {
    String secret = values.get(Setting.JWT_HS256_SECRET);
    String jwks = values.get(Setting.JWT_JWKS);
    String audience = name(values, Setting.JWT_AUDIENCE);
    boolean wanted = secret != null || jwks != null;
    if (!wanted && values.containsKey(Setting.JWT_OWNER)) {
      throw Setting.JWT_OWNER.refuse(values.getOrDefault(Setting.JWT_OWNER, ""));
    }
    if (!wanted) {
      return Optional.empty();
    }
    if (secret != null && secret.getBytes(UTF_8).length < SECRET_BYTES_MIN) {
      throw Setting.JWT_HS256_SECRET.refuse(secret);
    }
    return Optional.of(
        new JwtSettings(
            Optional.ofNullable(secret),
            Optional.ofNullable(jwks).filter(JwtSettings::isUrl).map(JwtSettings::url),
            Optional.ofNullable(jwks).filter(place -> !isUrl(place)).map(JwtSettings::file),
            audience,
            name(values, Setting.JWT_OWNER)));
  }

  private static String name(Map<Setting, String> values, Setting setting) {
    String value = values.getOrDefault(setting, "");
    boolean usable =
        !value.isBlank()
            && value.codePointCount(0, value.length()) <= NAME_CHARACTERS_MAX
            && value.codePoints().noneMatch(Character::isISOControl);
    if (!usable) {
      throw setting.refuse(value);
    }
    return value;
  }

  private static boolean isUrl(String place) {
    return place.startsWith("http://") || place.startsWith("https://");
  }

  private static URI url(String place) {
    try {
      URI url = new URI(place);
      if (url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Refused below, as a URL without a host is.
    }
    throw Setting.JWT_JWKS.refuse(place);
  }

  private static Path file(String place) {
    try {
      if (!place.isBlank()) {
        return Path.of(place);
      }
    } catch (InvalidPathException e) {
      // Refused below, as no path at all is.
    }
    throw Setting.JWT_JWKS.refuse(place);
  }

  /** The secret is one. */
  @Override
  public String toString() {
    return "JwtSettings[hs256Secret=%s, jwksUrl=%s, jwksFile=%s, audience=%s, owner=%s]"
        .formatted(hs256Secret.map(secret -> "***"), jwksUrl, jwksFile, audience, owner);
  }
}
