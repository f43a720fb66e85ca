package dev.parley.app;

import com.linecorp.armeria.server.Server;
import dev.parley.auth.KeySecret;
import dev.parley.config.ConfigException;
import dev.parley.config.Setting;
import dev.parley.config.Settings;
import dev.parley.core.IdGenerator;
import dev.parley.storage.SessionStore;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley serve}: serves until it is told to stop. */
@Command(name = "serve", description = "Serves until it is told to stop (SIGTERM, Ctrl-C).")
class ServeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  @Option(names = "--host", paramLabel = "ADDRESS", description = "Where to listen: 127.0.0.1.")
  private @Nullable String host;

  @Option(names = "--port", paramLabel = "PORT", description = "The port: 8080. 0 for any.")
  private @Nullable String port;

  @Option(names = "--data", paramLabel = "DIR", description = "The data folder: ./data.")
  private @Nullable String data;

  @Option(names = "--store", paramLabel = "URL", description = "Another store than the embedded.")
  private @Nullable String store;

  @Option(names = "--config", paramLabel = "FILE", description = "A properties file of settings.")
  private @Nullable Path config;

  @Override
  public Integer call() throws Exception {
    Settings settings = Settings.load(flags(), System.getenv(), config);
    SessionStore opened = RocksDbStores.open(settings.data(), engine(settings));
    RootKeyFile rootKeyFile = new RootKeyFile(settings.data());
    try {
      KeySecret rootKey =
          settings
              .rootKey()
              .map(KeySecret::new)
              .orElseGet(() -> rootKeyFile.readOrMake(new SecureRandom()));
      Server server =
          new ServerAssembly(
                  settings, opened, rootKey, IdGenerator.random(), Clock.systemUTC())
              .build();
      start(server, settings);
      announce(settings, server.activeLocalPort(), rootKeyFile);
      awaitStop(server, opened);
      return 0;
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  private static RocksDbSettings engine(Settings settings) {
    RocksDbSettings defaults = RocksDbSettings.DEFAULTS;
    return new RocksDbSettings(
        settings.blockCacheBytes(),
        defaults.readers(),
        defaults.waitingReadsMax(),
        defaults.waitingWritesMax());
  }

  private Map<Setting, String> flags() {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    put(flags, Setting.HOST, host);
    put(flags, Setting.PORT, port);
    put(flags, Setting.DATA, data);
    put(flags, Setting.STORE, store);
    return flags;
  }

  private static void put(Map<Setting, String> flags, Setting setting, @Nullable String value) {
    if (value != null) {
      flags.put(setting, value);
    }
  }

  private static void start(Server server, Settings settings) {
    try {
      server.start().join();
    } catch (CompletionException e) {
      InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
      if (address.isUnresolved()) {
        throw new ConfigException("The host " + settings.host() + " is not known.");
      }
      if (e.getCause() instanceof BindException) {
        throw new ConfigException(
            "Cannot listen on %s:%d: the port is in use or not allowed."
                .formatted(settings.host(), settings.port()));
      }
      throw e;
    }
  }

  private static void announce(Settings settings, int port, RootKeyFile rootKeyFile) {
    String url = "http://" + settings.host() + ":" + port;
    boolean given = settings.rootKey().isPresent();
    String keyText = given ? "$PARLEY_ROOT_KEY" : "$(cat " + rootKeyFile.path() + ")";
    System.out.printf(
        """
        Parley listens on %s (gRPC, gRPC-Web and HTTP/JSON), data in %s
        Root key: %s
        Try: curl -H "Authorization: Bearer %s" %s/v1/agents
        """,
        url,
        settings.data(),
        given ? "as given" : rootKeyFile.path(),
        keyText,
        url);
  }

  /** Blocks until the process is told to stop; then drains, closes the store and ends with 0. */
  private static void awaitStop(Server server, SessionStore store) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  log.info("Stopping: calls in flight are finished first.");
                  server.stop().join();
                  store.close();
                  log.info("Stopped.");
                  stopped.countDown();
                  // A JVM that a signal ends would exit with 128 and the signal's number.
                  Runtime.getRuntime().halt(0);
                },
                "parley-stop"));
    stopped.await();
  }
}
