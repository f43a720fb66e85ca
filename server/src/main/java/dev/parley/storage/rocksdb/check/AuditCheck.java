package dev.parley.storage.rocksdb.check;

import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.AuditKeys;
import dev.parley.storage.rocksdb.codec.AuditRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;

/**
 * Checks that every audit entry is readable and indexed, and that the indexes contain no other
 * entries.
 */
final class AuditCheck {
  private final CheckObserver observer;

  AuditCheck(CheckObserver observer) {
    this.observer = observer;
  }

  void run(DatabaseSnapshot snapshot) {
    try (Scan scan = snapshot.scan(ColumnFamily.AUDIT, new byte[0])) {
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        byte[] key = scan.key();
        if (!AuditKeys.isValid(key)) {
          observer.found("an entry with an unknown key format", "audit log");
        } else if (key[0] == AuditKeys.ALL) {
          entry(snapshot, key, scan.value());
        } else if (snapshot.get(ColumnFamily.AUDIT, AuditKeys.entryAt(key)) == null) {
          observer.found("an audit index entry leads to no entry", name(key));
        }
      }
    }
  }

  private void entry(DatabaseSnapshot snapshot, byte[] key, byte[] value) {
    AuditEntry entry;
    try {
      entry = AuditRecords.toEntry(key, value);
    } catch (RuntimeException e) {
      observer.found("its record cannot be read", name(key));
      return;
    }
    for (byte[] indexKey : AuditKeys.indexKeys(entry)) {
      if (snapshot.get(ColumnFamily.AUDIT, indexKey) == null) {
        observer.found("is missing from an audit index", name(key));
      }
    }
  }

  private static String name(byte[] key) {
    return "audit entry " + AuditKeys.idOf(AuditKeys.entryAt(key));
  }
}
