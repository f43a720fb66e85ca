package dev.parley.storage.postgres.write;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The warning about batches of appends that fail and are split by agent. */
class SplitBatchLogTest {
  private static final RuntimeException FAILURE =
      new IllegalStateException("The batch failed.", new SQLException("content", "XX000"));

  private final Logger logger = (Logger) LoggerFactory.getLogger(SplitBatchLog.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  /** Starts near the overflow of {@link System#nanoTime}. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

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
  void failed_severalBatches_oneLineInTenSeconds() {
    SplitBatchLog splits = new SplitBatchLog(nanos::get);

    splits.failed(1, FAILURE);
    splits.failed(2, FAILURE);
    nanos.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
    splits.failed(3, FAILURE);
    nanos.addAndGet(1);
    splits.failed(4, FAILURE);

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(line("1 agent"), line("4 agents"));
  }

  @Test
  void append_statementOfBatchFails_reasonLoggedWithoutStackTraceAndContent() {
    Database database = new Database(PostgresServer.shared().newDatabase());
    try (Store store = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS)) {
      Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
      Session session = store.createSession(Sessions.of(agent.agentId())).join();
      database.beforeEach(
          "INSERT",
          "message",
          """
          IF currval('disturbed') = 1 THEN
            RAISE EXCEPTION 'no room in the table' USING DETAIL = NEW::text, ERRCODE = '23514';
          END IF;
          """);

      store
          .append(
              new Append(
                  Sessions.ref(session),
                  null,
                  OptionalLong.empty(),
                  List.of(Sessions.draft("m", "swordfish")),
                  Instant.EPOCH))
          .join();
    }

    assertThat(log.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getThrowableProxy()).isNull();
              assertThat(event.getFormattedMessage())
                  .isEqualTo(
                      "A batch of appends of 1 agent failed and is committed agent by agent:"
                          + " no room in the table (SQLSTATE 23514)");
            });
  }

  @Test
  void append_databaseRejectsAValue_valueNotLogged() {
    Database database = new Database(PostgresServer.shared().newDatabase());
    try (Store store = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS)) {
      Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
      Session session = store.createSession(Sessions.of(agent.agentId())).join();
      database.beforeEach(
          "INSERT",
          "message",
          "IF currval('disturbed') = 1 THEN PERFORM NEW.message_id::uuid; END IF;");

      store
          .append(
              new Append(
                  Sessions.ref(session),
                  null,
                  OptionalLong.empty(),
                  List.of(Sessions.draft("swordfish", "text")),
                  Instant.EPOCH))
          .join();
    }

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "A batch of appends of 1 agent failed and is committed agent by agent:"
                + " the database rejected a statement (SQLSTATE 22P02)");
  }

  private static String line(String agents) {
    return "A batch of appends of "
        + agents
        + " failed and is committed agent by agent:"
        + " the database rejected a statement (SQLSTATE XX000)";
  }
}
