package dev.parley.storage.rocksdb;

import dev.parley.model.AuditEntry;
import java.util.List;

/** What is written to the audit log, by itself or with what it tells of. */
final class AuditWrites {
  private static final byte[] NO_VALUE = new byte[0];

  private AuditWrites() {}

  /** Adds an entry, or puts it again: it stands in the list of all, and leads there from others. */
  static AuditEntry put(Batch batch, AuditEntry entry) {
    byte[] value = AuditRecords.of(entry);
    batch.put(ColumnFamily.AUDIT, Keys.auditEntry(entry.time(), entry.entryId()), value);
    for (byte[] place : indexKeys(entry)) {
      batch.put(ColumnFamily.AUDIT, place, NO_VALUE);
    }
    return AuditRecords.toEntry(entry.time(), entry.entryId(), value);
  }

  static int putAll(Batch batch, List<AuditEntry> entries) {
    entries.forEach(entry -> put(batch, entry));
    return entries.size();
  }

  /** Where an entry stands but in the list of all. */
  static List<byte[]> indexKeys(AuditEntry entry) {
    AuditEntry.Target target = entry.target();
    if (target.owner() == null) {
      return List.of();
    }
    byte[] ofOwner =
        Keys.indexEntry(Keys.auditOfOwner(target.owner()), entry.time(), entry.entryId());
    return target.agentId() == null
        ? List.of(ofOwner)
        : List.of(
            ofOwner,
            Keys.indexEntry(Keys.auditOfAgent(target.agentId()), entry.time(), entry.entryId()));
  }
}
