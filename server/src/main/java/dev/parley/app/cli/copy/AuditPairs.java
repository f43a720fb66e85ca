package dev.parley.app.cli.copy;

import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.Cursor;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Merges the audit logs of two stores page by page, newest entries first. */
final class AuditPairs {
  private static final int PAGE = 1_000;

  /** The order in which stores list entries. Ids are compared as unsigned numbers. */
  private static final Comparator<AuditEntry> ORDER =
      Comparator.comparing(AuditEntry::time)
          .reversed()
          .thenComparing(entry -> entry.entryId().toString());

  private final Log source;
  private final Log target;

  AuditPairs(Store source, Store target) {
    this.source = new Log(source);
    this.target = new Log(target);
  }

  /**
   * One entry in both stores.
   *
   * @param source null if the source does not have the entry
   * @param target null if the target does not have the entry
   */
  record Pair(@Nullable AuditEntry source, @Nullable AuditEntry target) {
    boolean isEqual() {
      return Objects.equals(source, target);
    }

    String name() {
      return "audit entry " + Objects.requireNonNull(source == null ? target : source).entryId();
    }
  }

  /** The next pair; null at the end. */
  @Nullable Pair next() {
    AuditEntry one = source.head();
    AuditEntry two = target.head();
    if (one == null && two == null) {
      return null;
    }
    int order = one == null ? 1 : two == null ? -1 : ORDER.compare(one, two);
    return new Pair(order <= 0 ? source.take() : null, order >= 0 ? target.take() : null);
  }

  /** The entries of one store. */
  private static final class Log {
    private final Store store;
    private Iterator<AuditEntry> page = List.<AuditEntry>of().iterator();
    private @Nullable Cursor after;
    private @Nullable AuditEntry head;
    private boolean last;

    Log(Store store) {
      this.store = store;
    }

    @Nullable AuditEntry head() {
      if (head == null && !page.hasNext() && !last) {
        List<AuditEntry> read =
            FutureResults.of(
                store.listAuditEntries(AuditQuery.all(after, PAGE), Cancellation.NONE));
        last = read.size() < PAGE;
        page = read.iterator();
      }
      if (head == null && page.hasNext()) {
        head = page.next();
        after = new Cursor(head.time(), head.entryId());
      }
      return head;
    }

    @Nullable AuditEntry take() {
      AuditEntry taken = head();
      head = null;
      return taken;
    }
  }
}
