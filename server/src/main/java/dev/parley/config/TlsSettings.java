package dev.parley.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The TLS files of the server.
 *
 * @param certificate see {@link Setting#TLS_CERTIFICATE}
 * @param key see {@link Setting#TLS_KEY}
 * @param clientCa see {@link Setting#TLS_CLIENT_CA}; empty if clients need no certificate
 */
public record TlsSettings(Path certificate, Path key, Optional<Path> clientCa) {

  static Optional<TlsSettings> of(SettingsResolver resolver) {
    Optional<Path> certificate = resolver.file(Setting.TLS_CERTIFICATE);
    Optional<Path> key = resolver.file(Setting.TLS_KEY);
    Optional<Path> clientCa = resolver.file(Setting.TLS_CLIENT_CA);
    if (certificate.isPresent() != key.isPresent()) {
      throw resolver.invalidValue(
          certificate.isPresent() ? Setting.TLS_KEY : Setting.TLS_CERTIFICATE);
    }
    if (clientCa.isPresent() && certificate.isEmpty()) {
      throw resolver.invalidValue(Setting.TLS_CLIENT_CA);
    }
    return certificate.map(chain -> new TlsSettings(chain, key.orElseThrow(), clientCa));
  }
}
