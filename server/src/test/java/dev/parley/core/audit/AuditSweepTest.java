package dev.parley.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.AuditQuery;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.SetClock;
import dev.parley.testing.memory.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which audit entries a sweep deletes. */
class AuditSweepTest {
  private static final Duration AGE = Duration.ofDays(90);

  private final SetClock clock = new SetClock("2026-06-01T00:00:00Z");
  private final Instant bound = clock.instant().minus(AGE);
  private final Store store = new InMemoryStore();
  private final List<Integer> deleted = new ArrayList<>();

  @AfterEach
  void close() {
    store.close();
  }

  private AuditEntry add(Instant time) {
    return store
        .addAuditEntry(AuditContexts.of(AuditAction.BACKUP_CREATE, time).entryForStore())
        .join();
  }

  private List<AuditEntry> entries() {
    return store
        .listAuditEntries(
            new AuditQuery(null, null, "", null, null, null, 1_000), Cancellation.NONE)
        .join();
  }

  private void sweep(Store store) {
    new AuditSweep(store, AGE, clock).run(deleted::add, () -> true);
  }

  @Test
  void run_keepsEntriesAtTheAge_deletesThoseOneMicrosecondOlder() {
    AuditEntry atBound = add(bound);
    AuditEntry younger = add(clock.instant());
    var older = add(bound.minusNanos(1_000));
    var oldest = add(Instant.EPOCH);

    sweep(store);

    assertThat(deleted).containsExactly(2);
    assertThat(entries()).containsExactly(younger, atBound);
  }

  @Test
  void run_moreThanAPage_deletesAllInBoundedWrites() {
    for (int i = 1; i <= 250; i++) {
      add(bound.minusSeconds(i));
    }
    AuditEntry kept = add(bound);

    sweep(store);

    assertThat(deleted).containsExactly(100, 100, 50);
    assertThat(entries()).containsExactly(kept);
  }

  @Test
  void run_untilTold_stopsBetweenPages() {
    for (int i = 1; i <= 150; i++) {
      add(bound.minusSeconds(i));
    }

    new AuditSweep(store, AGE, clock).run(deleted::add, () -> false);

    assertThat(deleted).containsExactly(100);
    assertThat(entries()).hasSize(50);
  }

  @Test
  void run_storeFails_deletesTheRestTheNextTime() {
    add(Instant.EPOCH);
    FaultyStore faulty = new FaultyStore();
    faulty.failOnce(
        "deleteAuditEntries", new SessionException(ErrorReason.UNAVAILABLE, "The disk is full."));
    Store failing = faulty.around(store);

    assertThatThrownBy(() -> sweep(failing)).hasRootCauseMessage("The disk is full.");
    assertThat(entries()).hasSize(1);
    sweep(failing);

    assertThat(entries()).isEmpty();
  }

  @Test
  void run_again_readsOnlyWhatBecameTooOld() {
    AuditSweep sweep = new AuditSweep(store, AGE, clock);
    add(Instant.EPOCH);
    AuditEntry next = add(bound);
    sweep.run(deleted::add, () -> true);
    assertThat(entries()).containsExactly(next);

    clock.advance(Duration.ofNanos(1_000));
    sweep.run(deleted::add, () -> true);

    assertThat(entries()).isEmpty();
  }
}
