package dev.parley.storage.rocksdb.check;

import dev.parley.model.Agent;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.ChangeRecords;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rocksdb.read.ChangeReads;
import java.util.Map;
import java.util.UUID;

/**
 * Checks that every entry of the change log is readable, belongs to an agent, and is not after the
 * last position.
 */
final class ChangesCheck {
  private static final int KEY_BYTES = 24;

  private final CheckObserver observer;
  private final Map<UUID, Agent> agents;

  ChangesCheck(CheckObserver observer, Map<UUID, Agent> agents) {
    this.observer = observer;
    this.agents = agents;
  }

  void run(DatabaseSnapshot snapshot) {
    ChangePosition last = ChangeReads.last(snapshot);
    try (Scan scan = snapshot.scan(ColumnFamily.CHANGES, new byte[0])) {
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        byte[] key = scan.key();
        if (key.length != KEY_BYTES) {
          observer.found("an entry with an unknown key format", "change log");
        } else {
          check(key, scan.value(), last);
        }
      }
    }
  }

  private void check(byte[] key, byte[] value, ChangePosition last) {
    UUID agentId = Keys.toId(key);
    String name = "change " + Keys.changeNumberOf(key) + " of agent " + agentId;
    Change change;
    try {
      change = ChangeRecords.toChange(key, value);
    } catch (RuntimeException e) {
      observer.found("its record cannot be read", name);
      return;
    }
    if (!agents.containsKey(agentId)) {
      observer.found("belongs to no agent", name);
    }
    if (change.position().compareTo(last) > 0) {
      observer.found("is after the last position of the change log", name);
    }
  }
}
