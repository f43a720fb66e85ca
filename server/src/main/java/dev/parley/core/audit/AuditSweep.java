package dev.parley.core.audit;

import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.AuditStore;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.rules.Micros;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Deletes old audit entries. Several servers can sweep the same store at the same time. */
public final class AuditSweep {
  /** The number of entries per write. It is small, because other writes wait for it. */
  private static final int PAGE = 100;

  private final AuditStore store;
  private final Duration age;
  private final Clock clock;

  /** All entries before this time were deleted; null before the first complete run. */
  private @Nullable Instant deletedUntil;

  /**
   * Creates a sweep.
   *
   * @param age entries that are older are deleted
   */
  public AuditSweep(AuditStore store, Duration age, Clock clock) {
    this.store = store;
    this.age = age;
    this.clock = clock;
  }

  /**
   * Deletes all entries that are too old at the start. Blocks until done. After a complete run, the
   * next one begins where it ended, so that it does not read over deleted entries again. Must not
   * be called concurrently.
   *
   * @param deleted receives the number of deleted entries after each page
   * @param goesOn returns whether to continue; called between pages
   * @throws CompletionException if the store fails; the pages before are deleted
   */
  public void run(IntConsumer deleted, BooleanSupplier goesOn) {
    Instant until = Micros.truncate(clock.instant()).minus(age);
    Cursor after = null;
    List<AuditEntry> page;
    do {
      page =
          store
              .listAuditEntries(
                  new AuditQuery(null, null, "", deletedUntil, until, after, PAGE),
                  Cancellation.NONE)
              .join();
      if (!page.isEmpty()) {
        deleted.accept(store.deleteAuditEntries(page).join());
        // The next page starts here, so it does not read over the deleted entries.
        AuditEntry last = page.get(page.size() - 1);
        after = new Cursor(last.time(), last.entryId());
      }
      if (page.size() < PAGE) {
        deletedUntil = until;
      }
    } while (page.size() == PAGE && goesOn.getAsBoolean());
  }
}
