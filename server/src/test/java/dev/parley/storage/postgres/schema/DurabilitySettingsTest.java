package dev.parley.storage.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.testing.PostgresServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The warnings about databases whose settings put acknowledged writes at risk. */
class DurabilitySettingsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(DurabilitySettings.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void captureLog() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void releaseLog() {
    logger.detachAppender(log);
  }

  @Test
  void open_settingsOff_oneWarningEach() {
    open(List.of("fsync=off", "full_page_writes=off", "synchronous_commit=off"));

    assertThat(log.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line -> requireWarning(line, "fsync"),
            line -> requireWarning(line, "full_page_writes"),
            line -> requireWarning(line, "synchronous_commit"));
  }

  @Test
  void open_settingsOn_noWarning() {
    open(List.of("fsync=on", "full_page_writes=on", "synchronous_commit=on"));

    assertThat(log.list).isEmpty();
  }

  private static void requireWarning(String line, String parameter) {
    assertThat(line)
        .startsWith("The database has " + parameter + " = off. ")
        .contains("crash", "Set " + parameter + " = on")
        .hasLineCount(1);
  }

  private static void open(List<String> settings) {
    try (PostgresServer server = PostgresServer.own(settings);
        Store store =
            PostgresStores.open(
                server.newDatabase(),
                PostgresSettings.DEFAULTS,
                new SimpleMeterRegistry(),
                StoreObserver.NONE)) {
      assertThat(store).isNotNull();
    }
  }
}
