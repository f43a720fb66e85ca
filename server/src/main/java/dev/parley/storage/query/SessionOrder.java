package dev.parley.storage.query;

import dev.parley.model.Session;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * The orders of a list of sessions. Each lists active sessions, archived ones, or both. Ties are
 * ordered by session id as an unsigned number. An ascending order is the exact reverse of the
 * descending order, including ties.
 */
public enum SessionOrder {
  /** Active sessions, the most recently updated first. This is the default order. */
  UPDATE_TIME_DESC(Field.UPDATE_TIME, false),
  /** Active sessions, the least recently updated first. */
  UPDATE_TIME(Field.UPDATE_TIME, true),
  /** Active sessions, the most recently created first. */
  CREATE_TIME_DESC(Field.CREATE_TIME, false),
  /** Active sessions, the first created first. */
  CREATE_TIME(Field.CREATE_TIME, true),
  /** Active and archived sessions, the most recently created first. */
  ALL_CREATE_TIME_DESC(Field.CREATE_TIME, false),
  /** Active and archived sessions, the first created first. */
  ALL_CREATE_TIME(Field.CREATE_TIME, true),
  /** Archived sessions, the most recently archived first. */
  ARCHIVE_TIME_DESC(Field.ARCHIVE_TIME, false);

  private final Field field;
  private final boolean ascending;

  SessionOrder(Field field, boolean ascending) {
    this.field = field;
    this.ascending = ascending;
  }

  /** The time that a list is sorted by. */
  public enum Field {
    UPDATE_TIME,
    CREATE_TIME,
    /** Only of archived sessions. */
    ARCHIVE_TIME;

    /** The time of a session. */
    public Instant of(Session session) {
      return switch (this) {
        case UPDATE_TIME -> session.updateTime();
        case CREATE_TIME -> session.createTime();
        case ARCHIVE_TIME ->
            Objects.requireNonNull(session.archiveTime(), "The session is not archived.");
      };
    }
  }

  public Field field() {
    return field;
  }

  /** Whether active sessions are listed. */
  public boolean listsActive() {
    return field != Field.ARCHIVE_TIME;
  }

  /** Whether archived sessions are listed. */
  public boolean listsArchived() {
    return field == Field.ARCHIVE_TIME || listsAll();
  }

  /** Whether active and archived sessions are listed. */
  public boolean listsAll() {
    return this == ALL_CREATE_TIME || this == ALL_CREATE_TIME_DESC;
  }

  /** Whether a session is listed. */
  public boolean lists(Session session) {
    return session.isArchived() ? listsArchived() : listsActive();
  }

  /** Whether the earliest time comes first. */
  public boolean ascending() {
    return ascending;
  }

  /** The position of a session in this order. */
  public Cursor cursorOf(Session session) {
    return new Cursor(field.of(session), session.sessionId());
  }

  /** Compares positions in this order. */
  public Comparator<Cursor> positions() {
    Comparator<Cursor> latestFirst =
        Comparator.comparing(Cursor::time, Comparator.reverseOrder())
            .thenComparing(Cursor::sessionId, ListOrder.BY_ID);
    return ascending ? latestFirst.reversed() : latestFirst;
  }

  /** Compares sessions in this order. */
  public Comparator<Session> sessions() {
    return Comparator.comparing(this::cursorOf, positions());
  }
}
