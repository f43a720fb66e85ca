package dev.parley.config;

/** A setting has an invalid value. The message is one line that names the setting and its range. */
public final class ConfigException extends RuntimeException {
  public ConfigException(String message) {
    super(message);
  }
}
