package dev.parley.storage.rocksdb.read;

import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.rocksdb.codec.AuditKeys;
import dev.parley.storage.rocksdb.codec.AuditRecords;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rules.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Reads audit entries. */
public final class AuditReads {
  private static final UUID FIRST = new UUID(0, 0);

  private AuditReads() {}

  public static List<AuditEntry> list(DatabaseSnapshot snapshot, AuditQuery query) {
    byte[] list = listOf(query);
    List<AuditEntry> entries = new ArrayList<>();
    try (Scan scan = snapshot.scan(ColumnFamily.AUDIT, list, end(list, query))) {
      for (seek(scan, list, query); scan.isValid(); scan.next()) {
        AuditEntry entry = read(snapshot, scan, list);
        if (entries.size() == query.limit()) {
          break;
        }
        if (query.matches(entry)) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  private static byte[] listOf(AuditQuery query) {
    if (query.agentId() != null) {
      return AuditKeys.ofAgent(query.agentId());
    }
    return query.owner() != null ? AuditKeys.ofOwner(query.owner()) : AuditKeys.ofAll();
  }

  /** The key before which the list ends. */
  private static byte[] end(byte[] list, AuditQuery query) {
    if (query.since() == null) {
      return Keys.prefixEnd(list);
    }
    // Times of entries are in microseconds, and later times have smaller keys.
    Instant excluded = Micros.truncate(query.since().minusNanos(1));
    return IndexKeys.indexEntry(list, excluded, FIRST);
  }

  private static void seek(Scan scan, byte[] list, AuditQuery query) {
    if (query.after() == null) {
      scan.seek(query.until() == null ? list : IndexKeys.indexEntry(list, query.until(), FIRST));
      return;
    }
    byte[] after = IndexKeys.indexEntry(list, query.after().time(), query.after().sessionId());
    scan.seek(after);
    if (scan.isValid() && Arrays.equals(scan.key(), after)) {
      scan.next();
    }
  }

  private static AuditEntry read(DatabaseSnapshot snapshot, Scan scan, byte[] list) {
    byte[] key = AuditKeys.entryAt(scan.key());
    byte[] value = list.length == 1 ? scan.value() : snapshot.get(ColumnFamily.AUDIT, key);
    if (value == null) {
      throw new IllegalStateException("The audit entry of an index entry is missing.");
    }
    return AuditRecords.toEntry(key, value);
  }
}
