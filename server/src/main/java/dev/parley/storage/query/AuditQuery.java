package dev.parley.storage.query;

import dev.parley.model.audit.AuditEntry;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of audit entries: newest first, ties by entry id as an unsigned number.
 *
 * @param owner only entries of this owner; null for all
 * @param agentId only entries of this agent and of its sessions and keys; null for all
 * @param actionPrefix only actions that start with this prefix; empty for all
 * @param since only entries at or after this time; null for all
 * @param until only entries before this time; null for all
 * @param after only entries after this position; null to start at the newest
 * @param limit the page size, at least 1
 */
public record AuditQuery(
    @Nullable String owner,
    @Nullable UUID agentId,
    String actionPrefix,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable Cursor after,
    int limit) {

  /** All entries after a position. */
  public static AuditQuery all(@Nullable Cursor after, int limit) {
    return new AuditQuery(null, null, "", null, null, after, limit);
  }

  /** Whether the entry passes the filters, regardless of its position. */
  public boolean matches(AuditEntry entry) {
    return (owner == null || owner.equals(entry.target().owner()))
        && (agentId == null || agentId.equals(entry.target().agentId()))
        && entry.action().startsWith(actionPrefix)
        && (since == null || !entry.time().isBefore(since))
        && (until == null || entry.time().isBefore(until));
  }
}
