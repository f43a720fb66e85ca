package dev.parley.storage.rocksdb;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Refusals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What transfers write beside rows that are nobody's before. */
final class TransferWrites {
  private final Directory directory;
  private final SessionRows rows;

  TransferWrites(Directory directory, SessionRows rows) {
    this.directory = directory;
    this.rows = rows;
  }

  /**
   * What there is of a session.
   *
   * @param session its row; null if it was not put yet
   */
  record Remains(
      UUID agentId,
      UUID sessionId,
      @Nullable Session session,
      boolean hasMessages,
      boolean hasRuns) {}

  Agent putAgent(Batch batch, Agent agent) {
    byte[] value = Records.ofAgent(agent);
    Agent stored = Records.toAgent(agent.agentId(), value);
    Agent before = directory.agent(agent.agentId());
    if (before != null && !before.isSame(stored)) {
      throw Refusals.agentExists();
    }
    batch.put(Family.DIRECTORY, Keys.agent(agent.agentId()), value);
    batch.onCommit(() -> directory.put(stored));
    return stored;
  }

  int putApiKeys(Batch batch, List<ApiKey> keys) {
    List<ApiKey> stored = new ArrayList<>(keys.size());
    for (ApiKey key : keys) {
      if (key.agentId() != null) {
        requireAgent(key.agentId());
      }
      byte[] value = Records.ofApiKey(key);
      stored.add(Records.toApiKey(key.keyId(), value));
      batch.put(Family.DIRECTORY, Keys.apiKey(key.keyId()), value);
    }
    batch.onCommit(() -> directory.put(stored));
    return stored.size();
  }

  void requireAgent(UUID agentId) {
    if (directory.agent(agentId) == null) {
      throw Refusals.agentNotFound();
    }
  }

  /** Those of the sessions of which there is anything. */
  static List<Remains> remains(View view, UUID agentId, Set<UUID> sessionIds) {
    List<Remains> remains = new ArrayList<>();
    byte[] prefix = Keys.agentRows(agentId);
    try (Scan messages = view.scan(Family.MESSAGES, prefix);
        Scan runs = view.scan(Family.RUNS, prefix)) {
      for (UUID sessionId : sessionIds) {
        byte[] row = Keys.session(agentId, sessionId);
        Session session = SessionRows.find(view, new SessionRef.ById(agentId, sessionId, null));
        boolean hasMessages = hasAny(messages, row);
        boolean hasRuns = hasAny(runs, row);
        if (session != null || hasMessages || hasRuns) {
          remains.add(new Remains(agentId, sessionId, session, hasMessages, hasRuns));
        }
      }
    }
    return remains;
  }

  private static boolean hasAny(Scan scan, byte[] prefix) {
    scan.seek(prefix);
    return scan.isValid() && Arrays.equals(prefix, Arrays.copyOf(scan.key(), prefix.length));
  }

  int remove(Batch batch, List<Remains> remains) {
    for (Remains each : remains) {
      if (each.session() != null) {
        rows.removeRow(batch, each.session());
      }
      byte[] row = Keys.session(each.agentId(), each.sessionId());
      if (each.hasMessages()) {
        SessionRows.removeMessages(batch, row);
      }
      if (each.hasRuns()) {
        SessionRows.removeRuns(batch, row);
      }
    }
    return remains.size();
  }

  int putSessions(Batch batch, UUID agentId, List<Session> sessions) {
    requireAgent(agentId);
    List<Session> fresh = new ArrayList<>();
    // All that change give their keys back first: they may change hands among them.
    for (Session session : sessions) {
      Session before =
          SessionRows.find(batch, new SessionRef.ById(agentId, session.sessionId(), null));
      if (before == null || !before.equals(session)) {
        fresh.add(session);
        if (before != null) {
          rows.removeRow(batch, before);
        }
      }
    }
    for (Session session : fresh) {
      if (!session.isArchived()) {
        SessionWrites.requireKeyFree(batch, session);
      }
      rows.put(batch, null, session);
    }
    return fresh.size();
  }
}
