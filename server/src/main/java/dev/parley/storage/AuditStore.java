package dev.parley.storage;

import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.query.AuditQuery;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Stores audit entries. {@link Store} describes what all methods share. */
public interface AuditStore {
  /** Adds an entry for an action that changes nothing else in the store. */
  CompletableFuture<AuditEntry> addAuditEntry(AuditEntry entry);

  /**
   * Lists audit entries, all from one state of the store. The cost does not depend on the number of
   * entries before the page. It grows with the number of entries that the action prefix filters
   * out, or the owner if the query also names an agent.
   */
  CompletableFuture<List<AuditEntry>> listAuditEntries(AuditQuery query, Cancellation cancellation);

  /**
   * Deletes audit entries that were listed. Entries that are already deleted are ignored.
   *
   * @return the number of entries that this call deleted
   */
  CompletableFuture<Integer> deleteAuditEntries(List<AuditEntry> entries);
}
