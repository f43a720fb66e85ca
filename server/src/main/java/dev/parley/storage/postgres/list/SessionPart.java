package dev.parley.storage.postgres.list;

import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * The part of an agent's sessions that a filter selects. Each part has an index in each order of a
 * list.
 */
enum SessionPart {
  ALL(""),
  OF_CLIENT(" AND %s.client = ?"),
  OF_USER(" AND %s.user_id = ?"),
  OF_USER_AND_CLIENT(" AND %1$s.user_id = ? AND %1$s.client = ?");

  private static final String SESSION = "session";
  private static final String CREATION = "session_creation";

  /** By {@link SessionOrder}. */
  private final List<Sql> list;

  private final List<Sql> listOfAgents;
  private final Sql archived;
  private final Sql archivedOfAgents;
  private final Sql keys;

  SessionPart(String condition) {
    list =
        Arrays.stream(SessionOrder.values())
            .map(order -> Sql.ofAgent(active(order, condition, "?")))
            .toList();
    listOfAgents =
        Arrays.stream(SessionOrder.values())
            .map(order -> ofAgents(active(order, condition, "wanted.id"), by(order)))
            .toList();
    archived = Sql.ofAgent(archived(condition, "?"));
    archivedOfAgents = ofAgents(archived(condition, "wanted.id"), "archive_time DESC, session_id");
    keys =
        Sql.ofAgent(
            """
            SELECT key
            FROM session
            WHERE agent_id = ? AND archive_time IS NULL%s AND key > ?
            ORDER BY key
            LIMIT ?
            """
                .formatted(condition.formatted(SESSION)));
  }

  /**
   * A page of an agent's active sessions, from the index in this order. The table {@code
   * session_creation} has the index by create time, so that appends do not write it.
   */
  private static String active(SessionOrder order, String condition, String agent) {
    boolean joined = order.field() == SessionOrder.Field.CREATE_TIME;
    String index = joined ? CREATION : SESSION;
    return """
    SELECT %s
    FROM %s%s
    WHERE %s.agent_id = %s AND session.archive_time IS NULL%s%s
    LIMIT ?
    """
        .formatted(
            "session." + SessionTable.COLUMNS.replace(", ", ", session."),
            index,
            joined ? join(index) : "",
            index,
            agent,
            condition.formatted(index),
            after(order, index));
  }

  private static String join(String index) {
    return """

    JOIN session ON session.agent_id = %1$s.agent_id AND session.session_id = %1$s.session_id"""
        .formatted(index);
  }

  private static String after(SessionOrder order, String index) {
    String time = index + "." + column(order);
    return order.ascending()
        ? """
           AND %1$s >= ? AND (%1$s > ? OR %2$s.session_id < ?)
          ORDER BY %1$s, %2$s.session_id DESC"""
            .formatted(time, index)
        : """
           AND %1$s <= ? AND (%1$s < ? OR %2$s.session_id > ?)
          ORDER BY %1$s DESC, %2$s.session_id"""
            .formatted(time, index);
  }

  private static String archived(String condition, String agent) {
    return """
    SELECT %s
    FROM session
    WHERE agent_id = %s AND archive_time IS NOT NULL%s
      AND archive_time <= ? AND (archive_time < ? OR session_id > ?)
    ORDER BY archive_time DESC, session_id
    LIMIT ?
    """
        .formatted(SessionTable.COLUMNS, agent, condition.formatted(SESSION));
  }

  /** Reads a page of each agent from its index and merges them. */
  private static Sql ofAgents(String ofOne, String order) {
    return Sql.ofAgents(
        """
        SELECT %s
        FROM unnest(?::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
          %s
        ) AS listed
        ORDER BY %s
        LIMIT ?
        """
            .formatted(SessionTable.COLUMNS, ofOne.strip(), order));
  }

  private static String by(SessionOrder order) {
    return column(order) + (order.ascending() ? ", session_id DESC" : " DESC, session_id");
  }

  private static String column(SessionOrder order) {
    return order.field() == SessionOrder.Field.CREATE_TIME ? "create_time" : "update_time";
  }

  static SessionPart of(SessionFilter filter) {
    if (filter.user() == null) {
      return filter.client() == null ? ALL : OF_CLIENT;
    }
    return filter.client() == null ? OF_USER : OF_USER_AND_CLIENT;
  }

  /** The statement for a page of one agent, or of several agents. */
  Sql page(SessionQuery query, boolean ofOne) {
    if (query.archived()) {
      return ofOne ? archived : archivedOfAgents;
    }
    return (ofOne ? list : listOfAgents).get(query.order().ordinal());
  }

  /** The keys after a given key, by code point. */
  Sql keys() {
    return keys;
  }

  void bind(BoundStatement statement, SessionFilter filter) throws SQLException {
    if (filter.user() != null) {
      statement.withText(filter.user());
    }
    if (filter.client() != null) {
      statement.withText(filter.client());
    }
  }
}
