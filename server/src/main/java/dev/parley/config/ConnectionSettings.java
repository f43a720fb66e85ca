package dev.parley.config;

import java.time.Duration;

/**
 * Limits of connections.
 *
 * @param max see {@link Setting#CONNECTIONS_MAX}
 * @param idleTimeout see {@link Setting#IDLE_TIMEOUT_SECONDS}
 * @param keepalive see {@link Setting#KEEPALIVE_SECONDS}; zero for no pings
 * @param ageMax see {@link Setting#CONNECTION_AGE_SECONDS_MAX}; zero for no limit
 * @param resetsPerMinuteMax see {@link Setting#RESETS_PER_MINUTE_MAX}
 */
public record ConnectionSettings(
    int max, Duration idleTimeout, Duration keepalive, Duration ageMax, int resetsPerMinuteMax) {

  public ConnectionSettings {
    if (keepalive.compareTo(idleTimeout) >= 0) {
      throw Setting.KEEPALIVE_SECONDS.invalidValue(Long.toString(keepalive.toSeconds()));
    }
  }

  static ConnectionSettings of(SettingsResolver resolver) {
    return new ConnectionSettings(
        (int) resolver.integer(Setting.CONNECTIONS_MAX, 1, 1_000_000),
        resolver.seconds(Setting.IDLE_TIMEOUT_SECONDS, 1, 86_400),
        resolver.secondsOrZero(Setting.KEEPALIVE_SECONDS, 1, 3_600),
        resolver.secondsOrZero(Setting.CONNECTION_AGE_SECONDS_MAX, 10, 86_400),
        (int) resolver.integer(Setting.RESETS_PER_MINUTE_MAX, 1, 10_000_000));
  }
}
