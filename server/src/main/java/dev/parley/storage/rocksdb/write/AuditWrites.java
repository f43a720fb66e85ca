package dev.parley.storage.rocksdb.write;

import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.rocksdb.codec.AuditKeys;
import dev.parley.storage.rocksdb.codec.AuditRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import java.util.List;

/**
 * Writes audit entries, alone or together with the change that they record, and deletes old ones.
 */
public final class AuditWrites {
  private static final byte[] NO_VALUE = new byte[0];

  private AuditWrites() {}

  /** Adds or overwrites an entry in the index of all entries, and adds it to the other indexes. */
  public static AuditEntry put(Batch batch, AuditEntry entry) {
    byte[] value = AuditRecords.of(entry);
    batch.put(ColumnFamily.AUDIT, AuditKeys.entry(entry.time(), entry.entryId()), value);
    for (byte[] indexKey : AuditKeys.indexKeys(entry)) {
      batch.put(ColumnFamily.AUDIT, indexKey, NO_VALUE);
    }
    return AuditRecords.toEntry(entry.time(), entry.entryId(), value);
  }

  public static int putAll(Batch batch, List<AuditEntry> entries) {
    entries.forEach(entry -> put(batch, entry));
    return entries.size();
  }

  /** Deletes entries from all indexes. Returns how many there were. */
  public static int deleteAll(Batch batch, List<AuditEntry> entries) {
    int deleted = 0;
    for (AuditEntry entry : entries) {
      byte[] key = AuditKeys.entry(entry.time(), entry.entryId());
      if (batch.get(ColumnFamily.AUDIT, key) != null) {
        batch.delete(ColumnFamily.AUDIT, key);
        for (byte[] indexKey : AuditKeys.indexKeys(entry)) {
          batch.delete(ColumnFamily.AUDIT, indexKey);
        }
        deleted++;
      }
    }
    return deleted;
  }
}
