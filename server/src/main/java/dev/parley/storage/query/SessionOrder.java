package dev.parley.storage.query;

import dev.parley.model.Session;
import java.time.Instant;
import java.util.Comparator;

/**
 * The orders of a list of active sessions. Ties are ordered by session id as an unsigned number. An
 * ascending order is the exact reverse of the descending order, including ties.
 */
public enum SessionOrder {
  /** The most recently updated first. This is the default order. */
  UPDATE_TIME_DESC(Field.UPDATE_TIME, false),
  /** The least recently updated first. */
  UPDATE_TIME(Field.UPDATE_TIME, true),
  /** The most recently created first. */
  CREATE_TIME_DESC(Field.CREATE_TIME, false),
  /** The first created first. */
  CREATE_TIME(Field.CREATE_TIME, true);

  private final Field field;
  private final boolean ascending;

  SessionOrder(Field field, boolean ascending) {
    this.field = field;
    this.ascending = ascending;
  }

  /** The time that a list is sorted by. */
  public enum Field {
    UPDATE_TIME,
    CREATE_TIME;

    /** The time of a session. */
    public Instant of(Session session) {
      return this == UPDATE_TIME ? session.updateTime() : session.createTime();
    }
  }

  public Field field() {
    return field;
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
