package dev.parley.app;

import com.linecorp.armeria.server.Server;
import dev.parley.auth.KeySecret;
import dev.parley.config.ConfigException;
import dev.parley.config.Settings;
import dev.parley.core.IdGenerator;
import dev.parley.storage.SessionStore;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server's life, from opening its store to closing it. */
final class Serving {
  private static final Logger log = LoggerFactory.getLogger(Serving.class);

  private Serving() {}

  /** Serves with these settings until the process is told to stop. */
  static int run(Settings settings) throws InterruptedException {
    SessionStore opened = RocksDbStores.open(settings.data(), engine(settings));
    RootKeyFile rootKeyFile = new RootKeyFile(settings.data());
    try {
      KeySecret rootKey =
          settings
              .rootKey()
              .map(KeySecret::new)
              .orElseGet(() -> rootKeyFile.readOrMake(new SecureRandom()));
      Server server =
          new ServerAssembly(settings, opened, rootKey, IdGenerator.random(), Clock.systemUTC())
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
        url, settings.data(), given ? "as given" : rootKeyFile.path(), keyText, url);
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
