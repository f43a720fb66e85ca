package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls to one server while another works on the same data. */
@Timeout(60)
class TwoServersTest {
  private static final int MANY = 40;

  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Store one = open();
  private final Store two = open();
  private final Agent agent = one.createAgent(Agents.of("acme"), AuditContexts.any()).join();

  private Store open() {
    return PostgresStores.open(
        database.url(), PostgresSettings.DEFAULTS, metrics, StoreObserver.NONE);
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  @Test
  void archive_underAppendsElsewhere_endsThemAndRestoreLetsThemGoOn() {
    Session session = one.createSession(Sessions.of(agent.agentId())).join();
    List<CompletableFuture<?>> before = appends(two, session);
    CompletableFuture<Session> archived =
        one.updateSession(
            Sessions.ref(session), s -> s.withArchiveTime(Instant.EPOCH), AuditContexts.any());
    List<CompletableFuture<?>> meanwhile = appends(two, session);
    archived.join();
    long head = head(two, session, stored(before) + stored(meanwhile));

    assertThat(reasons(appends(two, session))).containsOnly(ErrorReason.SESSION_ARCHIVED);
    assertThat(head(one, session, head)).isEqualTo(head);

    one.updateSession(Sessions.ref(session), s -> s.withArchiveTime(null), AuditContexts.any())
        .join();
    assertThat(stored(appends(two, session))).isEqualTo(MANY);
    assertThat(head(one, session, head + MANY)).isEqualTo(head + MANY);
  }

  @Test
  void delete_underAppendsElsewhere_leavesNothing() {
    Session session = one.createSession(Sessions.of(agent.agentId())).join();
    List<CompletableFuture<?>> before = appends(two, session);
    CompletableFuture<Session> deleted =
        one.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any());
    List<CompletableFuture<?>> meanwhile = appends(two, session);

    deleted.join();

    assertThat(reasons(before)).isSubsetOf(ErrorReason.SESSION_NOT_FOUND);
    assertThat(reasons(meanwhile)).isSubsetOf(ErrorReason.SESSION_NOT_FOUND);
    assertThat(reasons(appends(two, session))).containsOnly(ErrorReason.SESSION_NOT_FOUND);
    assertThat(database.number("SELECT count(*) FROM message")).isZero();
  }

  @Test
  void revokedKey_isSeenElsewhereAtOnce() {
    for (int i = 0; i < MANY; i++) {
      ApiKey key = one.createApiKey(Agents.agentKey(agent), AuditContexts.any()).join();
      assertThat(two.findApiKey(key.secretHash()).join()).contains(key);

      one.revokeApiKey(key.keyId(), Instant.EPOCH, AuditContexts.any()).join();

      assertThat(two.findApiKey(key.secretHash()).join().orElseThrow().revokeTime())
          .isEqualTo(Instant.EPOCH);
    }
  }

  @Test
  void masterKeys_createdOnBothAtOnce_oneIsCreated() {
    List<CompletableFuture<?>> created = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      created.add(
          (i % 2 == 0 ? one : two).createApiKey(Agents.masterKey("acme"), AuditContexts.any()));
    }

    assertThat(reasons(created)).containsOnly(ErrorReason.MASTER_KEY_EXISTS);
    assertThat(created).filteredOn(each -> !each.isCompletedExceptionally()).hasSize(1);
  }

  @Test
  void masterKeys_replacedOnBothAtOnce_oneIsLive() {
    List<CompletableFuture<ApiKey>> made = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      made.add(
          (i % 2 == 0 ? one : two).replaceMasterKey(Agents.masterKey("acme"), AuditContexts.any()));
    }
    made.forEach(CompletableFuture::join);

    assertThat(one.listApiKeys(new ApiKeyQuery("acme", null, 2 * MANY), Cancellation.NONE).join())
        .hasSize(MANY)
        .filteredOn(key -> key.revokeTime() == null)
        .hasSize(1);
  }

  @Test
  void usersOfSessions_changedOnBothAtOnce_areCountedRight() {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 4 * MANY; i++) {
      Store here = i % 2 == 0 ? one : two;
      Store there = i % 2 == 0 ? two : one;
      int number = i;
      all.add(
          here.createSession(
                  Sessions.of(agent.agentId(), Session.Profile.EMPTY.withUser("u" + i % 3)))
              .thenCompose(made -> changeUser(there, made, number)));
    }
    all.forEach(CompletableFuture::join);

    List<String> counted =
        database.rows("SELECT user_id || ' ' || session_count FROM user_agent ORDER BY user_id");
    assertThat(counted)
        .isEqualTo(
            database.rows(
                """
                SELECT user_id || ' ' || count(*) FROM session
                WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY user_id
                """))
        .hasSize(3);
    assertThat(metrics.get("parley.store.retries").tag("reason", "deadlock").counter().count())
        .isZero();
  }

  private static CompletableFuture<?> changeUser(Store store, Session made, int number) {
    return switch (number % 4) {
      case 0 -> store.deleteSession(Sessions.ref(made), s -> {}, AuditContexts.any());
      case 1 -> moved(store, made, "u" + (number + 1) % 3);
      case 2 -> moved(store, made, null);
      default -> CompletableFuture.completedFuture(made);
    };
  }

  private static CompletableFuture<Session> moved(Store store, Session made, String user) {
    return store.updateSession(Sessions.ref(made), s -> s.withProfile(s.profile().withUser(user)));
  }

  private static List<CompletableFuture<?>> appends(Store store, Session session) {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(
          store.append(
              new Append(
                  Sessions.ref(session),
                  null,
                  OptionalLong.empty(),
                  List.of(Sessions.draft("m")),
                  Instant.EPOCH)));
    }
    return all;
  }

  private static long stored(List<CompletableFuture<?>> appends) {
    reasons(appends);
    return appends.stream().filter(each -> !each.isCompletedExceptionally()).count();
  }

  /** The reasons of failed calls. */
  private static Set<ErrorReason> reasons(List<CompletableFuture<?>> appends) {
    Set<ErrorReason> reasons = new HashSet<>();
    for (CompletableFuture<?> each : appends) {
      try {
        each.join();
      } catch (CompletionException e) {
        reasons.add(((SessionException) e.getCause()).reason());
      }
    }
    return reasons;
  }

  private long head(Store store, Session session, long expected) {
    Session found =
        store.findSession(Sessions.ref(session), Cancellation.NONE).join().orElseThrow();
    assertThat(found.headSequence()).isEqualTo(expected);
    assertThat(database.number("SELECT count(DISTINCT sequence) FROM message"))
        .isEqualTo(database.number("SELECT coalesce(max(sequence), 0) FROM message"))
        .isEqualTo(expected);
    return found.headSequence();
  }
}
