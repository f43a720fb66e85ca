package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Failures;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node of a distributed database is frozen: statements on its rows get no answer, and do not end
 * at their time limit. A plain database stands in for the coordinator of Citus, with the part of
 * its metadata that the store reads.
 */
@Timeout(60)
class NodeFailureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final String PROCESSES =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND application_name = 'parley' ORDER BY pid";

  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final Store store = open();
  private final Breakage breakage = new Breakage(database);
  private final List<Session> frozen = new ArrayList<>();
  private final List<Session> healthy = new ArrayList<>();

  NodeFailureTest() {
    database.execute(
        "CREATE TABLE pg_dist_placement (shardid bigint, groupid integer)",
        "CREATE TABLE shard (agent_id uuid, shardid bigint)",
        """
        CREATE FUNCTION get_shard_id_for_distribution_column(name text, agent uuid)
          RETURNS bigint LANGUAGE sql AS 'SELECT shardid FROM shard WHERE agent_id = agent'
        """,
        "INSERT INTO pg_dist_placement VALUES (1, 1), (2, 1), (3, 2)");
    for (int i = 0; i < 8; i++) {
      frozen.add(newSession(1 + i % 2));
      healthy.add(newSession(3));
    }
  }

  private Store open() {
    PostgresStores.migrate(database.url());
    return new PostgresStore(
        database.url(),
        true,
        new PostgresSettings(16, 2, PATIENCE, 1_000, 1_000, 1 << 20),
        new SimpleMeterRegistry(),
        StoreObserver.NONE);
  }

  private Session newSession(int shard) {
    Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    database.execute("INSERT INTO shard VALUES ('%s', %d)".formatted(agent.agentId(), shard));
    return store.createSession(Sessions.of(agent.agentId())).join();
  }

  @AfterEach
  void close() {
    breakage.repair();
    store.close();
  }

  @Test
  void append_nodeFrozen_otherNodesGoOnAndItsAgentsAreRejected() {
    all(frozen).forEach(CompletableFuture::join);
    all(healthy).forEach(CompletableFuture::join);
    List<String> processes = database.rows(PROCESSES);
    frozen.forEach(session -> breakage.freeze(session.agentId()));

    long begin = System.nanoTime();
    List<CompletableFuture<?>> failing = new ArrayList<>(all(frozen));
    for (int i = 0; i < 20; i++) {
      all(healthy).forEach(CompletableFuture::join);
    }
    failing.forEach(Failures::assertUnavailable);
    // A second batch of the node would take as long again.
    all(frozen).forEach(Failures::assertUnavailable);
    Failures.assertUnavailable(store.findSession(Sessions.ref(frozen.get(1)), Cancellation.NONE));
    long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();

    // One statement without an answer, and then one trial per pause of at least a second.
    assertThat(breakage.touched()).isBetween(1L, 2 + seconds);
    List<String> replaced = new ArrayList<>(processes);
    replaced.removeAll(database.rows(PROCESSES));
    assertThat(replaced).as("connections that were replaced").isEmpty();

    breakage.repair();
    for (Session session : frozen) {
      Waiting.until(() -> Failures.succeeds(append(session)), () -> "the node's return");
    }
    assertThat(database.number("SELECT count(*) FROM message")).isEqualTo(8 + 8 + 160 + 8);
  }

  private List<CompletableFuture<?>> all(List<Session> sessions) {
    List<CompletableFuture<?>> appends = new ArrayList<>();
    sessions.forEach(session -> appends.add(append(session)));
    return appends;
  }

  private CompletableFuture<?> append(Session session) {
    return store.append(Sessions.append(session, Instant.EPOCH));
  }
}
