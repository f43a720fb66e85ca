package dev.parley.app.server;

import com.linecorp.armeria.server.Server;
import dev.parley.app.server.transport.ConnectionFaults;
import dev.parley.auth.KeySecret;
import dev.parley.config.ConfigException;
import dev.parley.config.Settings;
import dev.parley.core.IdGenerator;
import dev.parley.storage.Store;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.telemetry.JvmMetrics;
import dev.parley.telemetry.Telemetry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a server: opens the store, starts the server, and stops both with the process. */
public final class ServerLifecycle {
  private static final int CANNOT_START = 2;

  private ServerLifecycle() {}

  /**
   * Runs a server with these settings until the process is stopped. With a log in JSON, the reason
   * for not starting is a line of the log, and otherwise an exception with a text for the operator.
   *
   * @return the exit status of a server that has not started
   */
  public static int run(Settings settings) throws InterruptedException {
    Logging.configure(settings);
    try {
      return serve(settings);
    } catch (ConfigException | StoreUnavailableException e) {
      if (!settings.logJson()) {
        throw e;
      }
      LoggerFactory.getLogger(ServerLifecycle.class).error(e.getMessage());
      return CANNOT_START;
    }
  }

  private static int serve(Settings settings) throws InterruptedException {
    requireKnownHost(settings);
    Telemetry telemetry = new Telemetry(settings, BuildVersion.text());
    JvmMetrics.addTo(telemetry.metrics());
    ConnectionFaults.countIn(telemetry.metrics());
    Store opened = open(settings, telemetry);
    RootKeyFile rootKeyFile = new RootKeyFile(settings.data());
    try {
      KeySecret rootKey =
          settings
              .rootKey()
              .map(KeySecret::new)
              .orElseGet(() -> rootKeyFile.readOrMake(new SecureRandom()));
      ServerFactory assembly =
          new ServerFactory(
              settings, opened, rootKey, IdGenerator.random(), Clock.systemUTC(), telemetry);
      Server server = assembly.build();
      start(server, settings);
      stopWithProcess(
          () -> {
            drain(assembly.readiness(), settings.drain());
            stop(server);
            opened.close();
            telemetry.close();
          });
      StartMessage.print(settings, server.activeLocalPort(), rootKeyFile.path());
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
    // The shutdown hook ends the process.
    new CountDownLatch(1).await();
    return 0;
  }

  private static void requireKnownHost(Settings settings) {
    if (new InetSocketAddress(settings.host(), settings.port()).isUnresolved()) {
      throw new ConfigException("The host " + settings.host() + " cannot be resolved.");
    }
  }

  /** Opens the store and loads the classes of the server in parallel. */
  private static Store open(Settings settings, Telemetry telemetry) {
    CompletableFuture<Store> opening =
        CompletableFuture.supplyAsync(
            () -> Stores.open(settings, telemetry.metrics(), telemetry.storeObserver()));
    ServerFactory.load();
    try {
      return opening.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static void start(Server server, Settings settings) {
    try {
      server.start().join();
    } catch (CompletionException e) {
      // The native transport does not throw java.net.BindException.
      if (e.getCause() instanceof IOException) {
        throw new ConfigException(
            "Cannot listen on %s:%d: the port is in use or not allowed."
                .formatted(settings.host(), settings.port()));
      }
      throw e;
    }
  }

  /** Keeps serving for a while, so that load balancers notice that the server is not ready. */
  private static void drain(Readiness readiness, Duration time) {
    readiness.stop();
    try {
      // Never counted down: only the timeout matters.
      var unused = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(Server server) {
    try {
      server.stop().join();
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(ServerLifecycle.class).error("The server did not stop cleanly.", e);
    }
  }

  /** Runs {@code rest} when the process is stopped, and then exits with status 0. */
  private static void stopWithProcess(Runnable rest) {
    Logger log = LoggerFactory.getLogger(ServerLifecycle.class);
    Runnable stop =
        () -> {
          log.info("Stopping. Calls in flight are completed first.");
          try {
            rest.run();
            log.info("Stopped.");
          } catch (RuntimeException e) {
            log.error("The server did not stop cleanly.", e);
          }
          Logging.finish();
          // After a signal, the JVM would exit with 128 plus the number of the signal.
          Runtime.getRuntime().halt(0);
        };
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "parley-stop"));
  }
}
