package dev.parley.storage.change;

import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the change log: what a write changed in a session. It names what changed, and does
 * not contain it. What it names may have changed again, or may be deleted.
 *
 * @param position where the entry is in the log; {@link ChangePosition#START} before it is stored
 * @param agentId the agent of the session
 * @param sessionId the session
 * @param kind what was changed
 * @param firstSequence the first sequence of the messages that were appended, or the sequence of
 *     the deleted message; 0 for other kinds
 * @param lastSequence the last sequence of the messages that were appended, or the sequence of the
 *     deleted message; 0 for other kinds
 * @param runId the run of a change of kind {@code RUN}; null for other kinds
 * @param user the user of a deleted session; null if it had none, and for other kinds
 */
public record Change(
    ChangePosition position,
    UUID agentId,
    UUID sessionId,
    Kind kind,
    long firstSequence,
    long lastSequence,
    @Nullable String runId,
    @Nullable String user) {

  /** What was changed. */
  public enum Kind {
    /** Messages were appended: all new messages of one append. */
    APPENDED,
    /** The session was created, updated, archived, restored or cleared. */
    SESSION,
    /** A run was created or updated, or its retrieved context was replaced. */
    RUN,
    /** A message was deleted. */
    MESSAGE_DELETED,
    /** The session was deleted, by a caller or because it expired. */
    DELETED
  }

  /** Messages were appended to a session. */
  public static Change appended(Session session, List<Message> added) {
    long last = added.get(added.size() - 1).sequence();
    return of(session, Kind.APPENDED, added.get(0).sequence(), last, null);
  }

  /** A session was created or changed. */
  public static Change ofSession(Session session) {
    return of(session, Kind.SESSION, 0, 0, null);
  }

  /** A run was created or changed. */
  public static Change ofRun(Run run) {
    return new Change(
        ChangePosition.START, run.agentId(), run.sessionId(), Kind.RUN, 0, 0, run.runId(), null);
  }

  /** A message of a session was deleted. */
  public static Change messageDeleted(Session session, long sequence) {
    return of(session, Kind.MESSAGE_DELETED, sequence, sequence, null);
  }

  /** A session was deleted. */
  public static Change deleted(Session session) {
    return of(session, Kind.DELETED, 0, 0, session.profile().user());
  }

  private static Change of(
      Session session, Kind kind, long first, long last, @Nullable String user) {
    return new Change(
        ChangePosition.START,
        session.agentId(),
        session.sessionId(),
        kind,
        first,
        last,
        null,
        user);
  }

  /** The same change at a position. */
  public Change at(ChangePosition position) {
    return new Change(position, agentId, sessionId, kind, firstSequence, lastSequence, runId, user);
  }
}
