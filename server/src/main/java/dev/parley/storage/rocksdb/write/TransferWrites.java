package dev.parley.storage.rocksdb.write;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rocksdb.read.SessionLookup;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.transfer.StoredRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes and removes entities that may already exist, for copies of whole stores. */
public final class TransferWrites {
  private final AgentAndKeyCache cache;
  private final SessionRows rows;

  public TransferWrites(AgentAndKeyCache cache, SessionRows rows) {
    this.cache = cache;
    this.rows = rows;
  }

  /**
   * The data of a session that exists.
   *
   * @param session the session; null if its row was not written yet
   * @param runEntries the index entries of its runs
   */
  public record ExistingData(
      UUID agentId,
      UUID sessionId,
      @Nullable Session session,
      boolean hasMessages,
      List<byte[]> runEntries) {}

  public Agent putAgent(Batch batch, Agent agent) {
    byte[] value = Records.ofAgent(agent);
    Agent stored = Records.toAgent(agent.agentId(), value);
    Agent before = cache.agent(agent.agentId());
    if (before != null && !before.equalsExceptProfile(stored)) {
      throw StoreErrors.agentExists();
    }
    batch.put(ColumnFamily.DIRECTORY, Keys.agent(agent.agentId()), value);
    batch.onCommit(() -> cache.put(stored));
    return stored;
  }

  public int putApiKeys(Batch batch, List<ApiKey> keys) {
    List<ApiKey> stored = new ArrayList<>(keys.size());
    for (ApiKey key : keys) {
      if (key.agentId() != null) {
        requireAgent(key.agentId());
      }
      byte[] value = Records.ofApiKey(key);
      stored.add(Records.toApiKey(key.keyId(), value));
      batch.put(ColumnFamily.DIRECTORY, Keys.apiKey(key.keyId()), value);
    }
    batch.onCommit(() -> cache.put(stored));
    return stored.size();
  }

  public void requireAgent(UUID agentId) {
    if (cache.agent(agentId) == null) {
      throw StoreErrors.agentNotFound();
    }
  }

  /** The sessions of which any data exists. */
  public static List<ExistingData> findExisting(
      DatabaseSnapshot snapshot, UUID agentId, Set<UUID> sessionIds) {
    List<ExistingData> existing = new ArrayList<>();
    byte[] prefix = Keys.agentRows(agentId);
    try (Scan messages = snapshot.scan(ColumnFamily.MESSAGES, prefix);
        Scan runs = snapshot.scan(ColumnFamily.RUNS, prefix)) {
      for (UUID sessionId : sessionIds) {
        byte[] row = Keys.session(agentId, sessionId);
        Session session =
            SessionLookup.find(snapshot, new SessionRef.ById(agentId, sessionId, null));
        boolean hasMessages = hasAny(messages, row);
        List<byte[]> runEntries = runEntries(runs, row);
        if (session != null || hasMessages || !runEntries.isEmpty()) {
          existing.add(new ExistingData(agentId, sessionId, session, hasMessages, runEntries));
        }
      }
    }
    return existing;
  }

  private static boolean hasAny(Scan scan, byte[] prefix) {
    scan.seek(prefix);
    return isAt(scan, prefix);
  }

  private static boolean isAt(Scan scan, byte[] prefix) {
    return scan.isValid() && Arrays.equals(prefix, Arrays.copyOf(scan.key(), prefix.length));
  }

  private static List<byte[]> runEntries(Scan runs, byte[] prefix) {
    List<byte[]> entries = new ArrayList<>();
    for (runs.seek(prefix); isAt(runs, prefix); runs.next()) {
      entries.add(RunIndexKeys.of(RunRecords.toRun(runs.key(), runs.value())));
    }
    return entries;
  }

  public int remove(Batch batch, List<ExistingData> existing) {
    for (ExistingData each : existing) {
      if (each.session() != null) {
        rows.removeRow(batch, each.session());
      }
      byte[] row = Keys.session(each.agentId(), each.sessionId());
      if (each.hasMessages()) {
        SessionRows.removeMessages(batch, row);
      }
      if (!each.runEntries().isEmpty()) {
        each.runEntries().forEach(entry -> batch.singleDelete(ColumnFamily.INDEXES, entry));
        RunRows.removeRows(batch, row);
      }
    }
    return existing.size();
  }

  /** Adds index entries for runs, before their rows are written. */
  public void indexRuns(Batch batch, List<StoredRun> runs) {
    for (StoredRun stored : runs) {
      Run run = stored.run();
      byte[] row = Keys.run(run.agentId(), run.sessionId(), run.number());
      RunRows.index(batch, RunRows.find(batch, row), run);
    }
  }

  public int putSessions(Batch batch, UUID agentId, List<Session> sessions) {
    requireAgent(agentId);
    List<Session> changed = new ArrayList<>();
    // Remove all changed sessions first, because they may exchange keys.
    for (Session session : sessions) {
      Session before =
          SessionLookup.find(batch, new SessionRef.ById(agentId, session.sessionId(), null));
      if (before == null || !before.equals(session)) {
        changed.add(session);
        if (before != null) {
          rows.removeRow(batch, before);
        }
      }
    }
    for (Session session : changed) {
      if (!session.isArchived()) {
        SessionWrites.requireKeyFree(batch, session);
      }
      rows.put(batch, null, session);
    }
    return changed.size();
  }
}
