package dev.parley.storage.rocksdb;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The entries that a session has: its row, its key slot while active, its places in lists. */
final class SessionRows {
  private final Directory directory;

  SessionRows(Directory directory) {
    this.directory = directory;
  }

  static @Nullable Session find(Source source, SessionRef ref) {
    UUID agentId = ref.agentId();
    UUID sessionId;
    if (ref instanceof SessionRef.ByKey byKey) {
      sessionId = holder(source, agentId, byKey.key());
    } else {
      sessionId = ((SessionRef.ById) ref).sessionId();
    }
    if (sessionId == null) {
      return null;
    }
    byte[] value = source.get(Family.SESSIONS, Keys.session(agentId, sessionId));
    Session session = value == null ? null : Records.toSession(agentId, sessionId, value);
    return session != null && ref.admits(session) ? session : null;
  }

  /** The active session that holds {@code key}. */
  static @Nullable UUID holder(Source source, UUID agentId, String key) {
    byte[] value = source.get(Family.INDEXES, Keys.slot(agentId, key));
    return value == null ? null : Keys.toId(value);
  }

  /** Replaces {@code before}, null for none, by {@code after}, and answers that as it is stored. */
  Session put(Batch batch, @Nullable Session before, Session after) {
    Instant filed = before == null ? null : filed(batch, before);
    Instant due = after.dueTime();
    // Whoever is due later stays filed until that is looked at: an append moves nothing.
    boolean stays = filed != null && due != null && !filed.isAfter(due);
    return put(batch, before, after, filed, stays ? filed : due);
  }

  /** Files a session under the time at which it is due. */
  void refile(Batch batch, Session session) {
    put(batch, session, session, filed(batch, session), session.dueTime());
  }

  private Session put(
      Batch batch,
      @Nullable Session before,
      Session after,
      @Nullable Instant filed,
      @Nullable Instant due) {
    byte[] row = Keys.session(after.agentId(), after.sessionId());
    byte[] value = Records.ofSession(after, due);
    batch.put(Family.SESSIONS, row, value);
    move(batch, duePlaces(after, filed), duePlaces(after, due));
    if (before == null) {
      batch.put(Family.INDEXES, Keys.location(after.sessionId()), Keys.ofId(after.agentId()));
    }
    move(batch, before == null ? List.of() : places(before), places(after));
    byte[] slot = Keys.slot(after.agentId(), after.key());
    if (after.isArchived()) {
      if (before != null && !before.isArchived()) {
        batch.delete(Family.INDEXES, slot);
      }
    } else if (before == null || before.isArchived()) {
      batch.put(Family.INDEXES, slot, Keys.ofId(after.sessionId()));
    }
    return Records.toSession(after.agentId(), after.sessionId(), value);
  }

  /** The time under which a session is filed as due; null if it is not. */
  private static @Nullable Instant filed(Batch batch, Session session) {
    if (session.dueTime() == null) {
      return null;
    }
    byte[] value = batch.get(Family.SESSIONS, Keys.session(session.agentId(), session.sessionId()));
    return value == null ? null : Records.due(value);
  }

  private static List<byte[]> duePlaces(Session session, @Nullable Instant due) {
    return due == null ? List.of() : List.of(Keys.due(due, session.sessionId(), session.agentId()));
  }

  private static void move(Batch batch, List<byte[]> before, List<byte[]> after) {
    for (byte[] place : before) {
      if (!contains(after, place)) {
        batch.unmark(Family.INDEXES, place);
      }
    }
    for (byte[] place : after) {
      if (!contains(before, place)) {
        batch.mark(Family.INDEXES, place);
      }
    }
  }

  private static boolean contains(List<byte[]> places, byte[] place) {
    return places.stream().anyMatch(each -> Arrays.equals(each, place));
  }

  /** The places of a session in the lists that it is in. */
  private List<byte[]> places(Session session) {
    Agent agent = Objects.requireNonNull(directory.agent(session.agentId()), "No agent.");
    return places(agent.owner(), session);
  }

  static List<byte[]> places(String owner, Session session) {
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    if (session.archiveTime() != null) {
      return List.of(Keys.place(Keys.archives(agentId), session.archiveTime(), sessionId));
    }
    String user = session.profile().user();
    String client = session.profile().client();
    List<byte[]> places = new ArrayList<>(3);
    places.add(Keys.place(Keys.recency(agentId), session.updateTime(), sessionId));
    if (client != null) {
      places.add(Keys.place(Keys.ofClient(agentId, client), session.updateTime(), sessionId));
    }
    if (user != null) {
      byte[] list = Keys.ofUser(owner, user, client == null ? "" : client);
      byte[] place = Keys.place(list, session.updateTime(), sessionId);
      places.add(Keys.join(place, Keys.ofId(agentId)));
    }
    return places;
  }

  /** Removes a session with its messages and runs. */
  void remove(Batch batch, Session session) {
    byte[] row = Keys.session(session.agentId(), session.sessionId());
    removeRow(batch, session);
    if (session.headSequence() > 0) {
      removeMessages(batch, row);
    }
    if (session.runCount() > 0) {
      removeRuns(batch, row);
    }
  }

  /** Removes a session, and leaves its messages and runs. */
  void removeRow(Batch batch, Session session) {
    removePlaces(batch, session);
    batch.delete(Family.SESSIONS, Keys.session(session.agentId(), session.sessionId()));
    if (!session.isArchived()) {
      batch.delete(Family.INDEXES, Keys.slot(session.agentId(), session.key()));
    }
  }

  /** Removes the messages of the session with this row. */
  static void removeMessages(Batch batch, byte[] row) {
    batch.deleteAll(Family.MESSAGES, row);
    batch.deleteAll(Family.MESSAGE_IDS, row);
    batch.deleteAll(Family.RUN_MESSAGES, row);
  }

  /** Removes the runs of the session with this row. */
  static void removeRuns(Batch batch, byte[] row) {
    batch.deleteAll(Family.RUNS, row);
    batch.deleteAll(Family.RUN_IDS, row);
    batch.deleteAll(Family.CONTEXTS, row);
  }

  /** Takes a session out of all lists. */
  void removePlaces(Batch batch, Session session) {
    batch.delete(Family.INDEXES, Keys.location(session.sessionId()));
    move(batch, places(session), List.of());
    move(batch, duePlaces(session, filed(batch, session)), List.of());
  }
}
