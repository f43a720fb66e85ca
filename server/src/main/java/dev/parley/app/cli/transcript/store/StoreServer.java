package dev.parley.app.cli.transcript.store;

import com.linecorp.armeria.server.Server;
import dev.parley.app.cli.copy.StoreLocation;
import dev.parley.app.server.BuildVersion;
import dev.parley.app.server.ServerFactory;
import dev.parley.auth.KeySecret;
import dev.parley.config.ConfigException;
import dev.parley.config.Setting;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import dev.parley.core.IdGenerator;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.telemetry.Telemetry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;

/**
 * A server inside a command, over a store that no other server has open. It listens on the loopback
 * interface, and only its own root key has access. Nothing expires while it runs.
 */
public final class StoreServer implements AutoCloseable {
  private final KeySecret rootKey = KeySecret.random(KeySecret.Kind.ROOT, new SecureRandom());
  private final TransferableStore store;
  private final Telemetry telemetry;
  private final Server server;

  /**
   * Opens a store and starts the server.
   *
   * @param contentBytesMax the limit of a message's content
   * @throws ConfigException if there is no store at the location
   */
  public StoreServer(StoreLocation location, int contentBytesMax) {
    if (!location.isStore()) {
      throw new ConfigException("No Parley store found in " + location + ".");
    }
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    flags.put(Setting.HOST, "127.0.0.1");
    flags.put(Setting.PORT, "0");
    flags.put(Setting.SWEEP_SECONDS, "0");
    // The next start of a server compares its index with the store.
    flags.put(Setting.SEARCH, "off");
    flags.put(Setting.CONTENT_BYTES_MAX, String.valueOf(contentBytesMax));
    Settings settings = Settings.of(SettingsResolver.read(flags, Map.of(), null));
    store = location.open();
    telemetry = new Telemetry(settings, BuildVersion.text());
    try {
      server =
          new ServerFactory(
                  settings, store, rootKey, IdGenerator.random(), Clock.systemUTC(), telemetry)
              .build();
      server.start().join();
    } catch (RuntimeException e) {
      store.close();
      telemetry.close();
      throw e;
    }
  }

  /** The URL of the server. */
  public String url() {
    return "http://127.0.0.1:" + server.activeLocalPort();
  }

  /** The root key of the server. */
  public String rootKey() {
    return rootKey.text();
  }

  /** The store. */
  public TransferableStore store() {
    return store;
  }

  @Override
  public void close() {
    server.stop().join();
    store.close();
    telemetry.close();
  }
}
