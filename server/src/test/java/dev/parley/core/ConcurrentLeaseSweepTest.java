package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.lease.LeaseSweep;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.lease.Lease;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.SetClock;
import dev.parley.testing.StoreUnderTest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two sweeps of leases at the same time, on each engine. */
class ConcurrentLeaseSweepTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final int RUNS = 100;

  private final SetClock clock = new SetClock("2026-03-01T01:00:00Z");
  private final UUID agentId = UUID.randomUUID();
  private final AtomicInteger ended = new AtomicInteger();
  @TempDir Path folder;

  @Test
  void run_twoAtOnce_endsEachRunOnce() {
    try (Store store = StoreUnderTest.open(folder)) {
      store.createAgent(Agents.of(agentId, "acme"), AuditContexts.any()).join();
      for (int i = 0; i < RUNS; i++) {
        createExpired(store);
      }

      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> sweep(store));
      sweep(store);
      other.join();

      assertThat(ended).hasValue(RUNS);
      ExpiredQuery expired = new ExpiredQuery(agentId, clock.instant(), null, RUNS);
      assertThat(store.listExpiredLeases(expired, Cancellation.NONE).join().sessions()).isEmpty();
    }
  }

  private void createExpired(Store store) {
    Session session = store.createSession(Sessions.of(agentId)).join();
    Run run =
        Run.create(agentId, session.sessionId(), "run", Run.State.RUNNING, Run.Report.EMPTY, BEGIN);
    store
        .createRun(Sessions.ref(session), run.withLease(Lease.create("run", BEGIN.plusSeconds(60))))
        .join();
  }

  private void sweep(Store store) {
    new LeaseSweep(store, clock).run(ended::addAndGet, () -> true);
  }
}
