package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A database that accepts connections but does not respond. */
@Timeout(60)
class PausedDatabaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** The running statement, one connection attempt, and a margin for a busy machine. */
  private static final Duration FAILS_WITHIN = PATIENCE.multipliedBy(4);

  private static PostgresServer server;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.parley.storage.postgres");
  private String url;
  private Store store;
  private Session session;

  @BeforeAll
  static void start() {
    server = PostgresServer.own();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    url = server.newDatabase();
    store = PostgresStores.open(url, new PostgresSettings(16, 4, PATIENCE, 4_096, 4_096, 64 << 20));
    Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    session = store.createSession(Sessions.of(agent.agentId())).join();
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void close() {
    server.resume();
    logger.detachAppender(log);
    logger.setAdditive(true);
    logger.setLevel(null);
    store.close();
  }

  @Test
  void whatWaits_failsTogether() {
    server.pause();
    long begin = System.nanoTime();
    List<CompletableFuture<?>> calls = calls();

    assertThat(calls).allSatisfy(PausedDatabaseTest::isUnavailable);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(FAILS_WITHIN);
  }

  @Test
  void deletions_failAsSoonAsAllElse() {
    server.pause();
    long begin = System.nanoTime();

    isUnavailable(store.deleteAgent(session.agentId(), AuditContexts.any()));
    isUnavailable(store.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any()));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(FAILS_WITHIN);
  }

  @Test
  void close_endsSoon() {
    server.pause();
    List<CompletableFuture<?>> calls = calls();
    long begin = System.nanoTime();

    store.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(FAILS_WITHIN.plus(PATIENCE));
    assertThat(calls).allSatisfy(PausedDatabaseTest::isUnavailable);
  }

  @Test
  void log_saysOnceThatItWentAndThatItCameBack() {
    server.pause();
    calls().forEach(PausedDatabaseTest::isUnavailable);
    calls().forEach(PausedDatabaseTest::isUnavailable);
    server.resume();
    for (Supplier<CompletableFuture<?>> call : callsOfAllPools()) {
      Waiting.until(() -> succeeds(call.get()), () -> "recovery");
    }

    for (String pool : List.of("parley-reads", "parley-appends", "parley-writes")) {
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(line -> line.startsWith(pool))
          .hasSize(2)
          .first()
          .asString()
          .startsWith(pool + ": the database is unavailable: ");
    }
    assertThat(log.list).hasSize(6).allSatisfy(PausedDatabaseTest::isShort);
  }

  @Test
  void open_refusedInOneLine() {
    server.pause();
    long begin = System.nanoTime();

    assertThatThrownBy(() -> PostgresStores.open(url, PostgresSettings.DEFAULTS))
        .isInstanceOf(StoreUnavailableException.class)
        .message()
        .startsWith(
            "the store at " + PostgresStores.withoutCredentials(url) + " cannot be opened: ")
        .hasLineCount(1)
        .doesNotContain("password");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(1));
  }

  private List<Supplier<CompletableFuture<?>>> callsOfAllPools() {
    return List.of(
        () -> store.findAgent(UUID.randomUUID()),
        () -> store.append(append()),
        () -> store.createAgent(Agents.of("acme"), AuditContexts.any()));
  }

  private List<CompletableFuture<?>> calls() {
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      calls.add(store.append(append()));
      calls.add(store.findAgent(session.agentId()));
      calls.add(store.findSession(Sessions.ref(session), Cancellation.NONE));
      calls.add(store.updateSession(Sessions.ref(session), s -> s));
    }
    return calls;
  }

  private Append append() {
    return new Append(
        Sessions.ref(session),
        null,
        OptionalLong.empty(),
        List.of(Sessions.draft("m")),
        Instant.EPOCH);
  }

  private static void isShort(ILoggingEvent event) {
    assertThat(event.getThrowableProxy()).isNull();
    assertThat(event.getFormattedMessage()).hasLineCount(1).doesNotContain("password");
  }

  private static boolean succeeds(CompletableFuture<?> future) {
    try {
      future.join();
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  private static void isUnavailable(CompletableFuture<?> future) {
    assertThatThrownBy(future::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            SessionException.class, e -> assertThat(e.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
  }
}
