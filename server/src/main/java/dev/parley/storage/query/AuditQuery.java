package dev.parley.storage.query;

import dev.parley.model.audit.AuditEntry;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the audit log to list: the newest first, ties by entry id as an unsigned number.
 *
 * @param owner only of this owner's things; null for all
 * @param agentId only of this agent and what is its; null for all
 * @param actionPrefix what the action begins with; empty for any
 * @param since not older than this; null for all
 * @param until older than this; null for all
 * @param after only those that follow this place; null to start from the newest
 * @param limit the most to list, at least 1
 */
public record AuditQuery(
    @Nullable String owner,
    @Nullable UUID agentId,
    String actionPrefix,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable Cursor after,
    int limit) {

  /** All entries from a place on. */
  public static AuditQuery all(@Nullable Cursor after, int limit) {
    return new AuditQuery(null, null, "", null, null, after, limit);
  }

  /** Whether an entry is one of those, wherever it stands. */
  public boolean matches(AuditEntry entry) {
    return (owner == null || owner.equals(entry.target().owner()))
        && (agentId == null || agentId.equals(entry.target().agentId()))
        && entry.action().startsWith(actionPrefix)
        && (since == null || !entry.time().isBefore(since))
        && (until == null || entry.time().isBefore(until));
  }
}
