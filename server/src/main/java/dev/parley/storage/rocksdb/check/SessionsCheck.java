package dev.parley.storage.rocksdb.check;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks session rows with their messages, runs and index entries. */
final class SessionsCheck {
  private static final int ROW_BYTES = 32;

  private final CheckObserver observer;
  private final Map<UUID, Agent> agents;
  private long sessions;
  private long messages;
  private long runs;

  SessionsCheck(CheckObserver observer, Map<UUID, Agent> agents) {
    this.observer = observer;
    this.agents = agents;
  }

  long sessions() {
    return sessions;
  }

  long messages() {
    return messages;
  }

  long runs() {
    return runs;
  }

  void run(DatabaseSnapshot snapshot) {
    try (Scan rows = snapshot.scan(ColumnFamily.SESSIONS, new byte[0]);
        SessionRowCursor ofDetails =
            new SessionRowCursor(snapshot, ColumnFamily.DETAILS, observer);
        MessagesCheck ofMessages = new MessagesCheck(snapshot, observer);
        RunsCheck ofRuns = new RunsCheck(snapshot, observer)) {
      for (rows.seek(new byte[0]); rows.isValid(); rows.next()) {
        byte[] row = rows.key();
        if (row.length != ROW_BYTES) {
          observer.found("an entry with an unknown key format", "sessions");
          continue;
        }
        ofDetails.skipTo(row);
        ofMessages.skipTo(row);
        ofRuns.skipTo(row);
        String name = name(Keys.toId(row), Keys.sessionIdOf(row));
        StoredSession stored = read(row, rows.value(), name);
        if (stored == null) {
          ofDetails.skip(row);
          ofMessages.skip(row);
          ofRuns.skip(row);
        } else {
          Session session = stored.session();
          checkDetails(ofDetails, row, stored, name);
          checkIndexEntries(snapshot, session, name);
          checkExpiryIndex(snapshot, session, SessionRecords.expiryIndexTime(rows.value()), name);
          long count = ofMessages.check(row, session, name);
          runs += ofRuns.check(row, session, name);
          messages += count;
          observer.checked(1, count);
        }
        sessions++;
      }
      ofDetails.skipTo(null);
      ofMessages.skipTo(null);
      ofRuns.skipTo(null);
    }
  }

  static String name(UUID agentId, UUID sessionId) {
    return "session " + sessionId + " of agent " + agentId;
  }

  private @Nullable StoredSession read(byte[] row, byte[] value, String name) {
    try {
      return SessionRecords.toSession(row, value);
    } catch (RuntimeException e) {
      observer.found("its record cannot be read", name);
      return null;
    }
  }

  /** A large origin or metadata is stored separately, and nothing else is. */
  private void checkDetails(
      SessionRowCursor details, byte[] row, StoredSession stored, String name) {
    Session.Profile profile = stored.session().profile();
    boolean exist = details.next(row) != null;
    if (!exist && stored.separateDetails()) {
      observer.found("its origin and metadata are missing", name);
    } else if (exist && !stored.separateDetails()) {
      observer.found("has a separate origin or metadata, but its row does not say so", name);
    } else {
      try {
        Session.Profile whole =
            exist ? StoredSession.withDetails(profile, details.value()) : profile;
        if (StoredSession.areDetailsSeparate(whole) != exist) {
          observer.found("its origin and metadata are stored in the wrong place", name);
        }
      } catch (RuntimeException e) {
        observer.found("its origin and metadata cannot be read", name);
      }
    }
    if (details.skip(row) > 1) {
      observer.found("has more than one origin and metadata", name);
    }
  }

  /** The indexed time exists if the session expires, and is not later than its expire time. */
  private void checkExpiryIndex(
      DatabaseSnapshot snapshot, Session session, @Nullable Instant indexed, String name) {
    Instant expireTime = session.effectiveExpireTime();
    boolean correct =
        indexed == null ? expireTime == null : expireTime != null && !indexed.isAfter(expireTime);
    if (!correct) {
      observer.found("is missing from the expiry index, or indexed too late", name);
    }
    if (indexed != null) {
      byte[] indexKey = IndexKeys.expiryIndex(indexed, session.sessionId(), session.agentId());
      if (snapshot.get(ColumnFamily.INDEXES, indexKey) == null) {
        observer.found("is missing from the list " + IndexKeys.listName(indexKey), name);
      }
    }
  }

  private void checkIndexEntries(DatabaseSnapshot snapshot, Session session, String name) {
    byte[] location = snapshot.get(ColumnFamily.INDEXES, IndexKeys.location(session.sessionId()));
    if (!Arrays.equals(location, Keys.ofId(session.agentId()))) {
      observer.found("is not found by its id alone", name);
    }
    if (!session.isArchived()) {
      byte[] holder =
          snapshot.get(ColumnFamily.INDEXES, IndexKeys.slot(session.agentId(), session.key()));
      if (!Arrays.equals(holder, Keys.ofId(session.sessionId()))) {
        observer.found("is not found by its key", name);
      }
    }
    Agent agent = agents.get(session.agentId());
    if (agent == null) {
      observer.found("belongs to no agent", name);
      return;
    }
    List<byte[]> indexKeys = IndexKeys.indexKeys(agent.owner(), session);
    List<byte @Nullable []> found = snapshot.getAll(ColumnFamily.INDEXES, indexKeys);
    for (int i = 0; i < indexKeys.size(); i++) {
      if (found.get(i) == null) {
        observer.found("is missing from the list " + IndexKeys.listName(indexKeys.get(i)), name);
      }
    }
  }
}
