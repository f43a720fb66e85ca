package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.page.PageTokens;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.SetClock;
import dev.parley.testing.StoreUnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two sweeps at the same time, on each engine. */
class ConcurrentSweepTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final int SESSIONS = 100;

  private final SetClock clock = new SetClock("2026-03-01T01:00:00Z");
  private final UUID agentId = UUID.randomUUID();
  private final AtomicInteger deleted = new AtomicInteger();
  @TempDir Path folder;

  @Test
  void run_twoAtOnce_deletesEachSessionOnce() {
    try (Store store = StoreUnderTest.open(folder)) {
      store.createAgent(Agents.of(agentId, "acme"), AuditContexts.any()).join();
      for (int i = 0; i < SESSIONS; i++) {
        createExpired(store);
      }

      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> sweep(store));
      sweep(store);
      other.join();

      assertThat(deleted).hasValue(SESSIONS);
      ExpiredQuery expired = new ExpiredQuery(agentId, clock.instant(), null, SESSIONS);
      assertThat(store.listExpired(expired, Cancellation.NONE).join().sessions()).isEmpty();
    }
  }

  private void createExpired(Store store) {
    Expiry idle = new Expiry(null, Duration.ofHours(1), false);
    UUID id = UUID.randomUUID();
    Session.Profile profile = Session.Profile.EMPTY.withExpiry(idle);
    Session session =
        store.createSession(Session.create(agentId, id, "key-" + id, profile, BEGIN)).join();
    store
        .append(
            new Append(
                Sessions.ref(session), null, OptionalLong.empty(), Sessions.drafts(2), BEGIN))
        .join();
  }

  private void sweep(Store store) {
    AuditLog audit = new AuditLog(store, new PageTokens(new byte[32]), IdGenerator.random(), clock);
    new ExpirySweep(store, audit, clock).run(deleted::addAndGet, () -> true);
  }
}
