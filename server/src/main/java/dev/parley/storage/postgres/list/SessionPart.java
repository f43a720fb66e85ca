package dev.parley.storage.postgres.list;

import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionOrder.Field;
import dev.parley.storage.query.SessionQuery;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of an agent's sessions that a filter selects. Each part has an index in each order of a
 * list that {@link SessionQuery} admits.
 */
enum SessionPart {
  ALL(""),
  OF_CLIENT(" AND %s.client = ?"),
  OF_USER(" AND %s.user_id = ?"),
  OF_USER_AND_CLIENT(" AND %1$s.user_id = ? AND %1$s.client = ?"),
  OF_LABEL("session_label", "session_label", " AND %1$s.name = ? AND %1$s.value = ?");

  private static final String SESSION = "session";

  private final Map<SessionOrder, Sql> pageOfAgent = new EnumMap<>(SessionOrder.class);
  private final Map<SessionOrder, Sql> pageOfAgents = new EnumMap<>(SessionOrder.class);
  private final @Nullable Sql keys;

  SessionPart(String condition) {
    this(SESSION, "session_creation", condition);
  }

  /**
   * A part.
   *
   * @param byUpdate the table with the index by update time; lists of archived sessions need the
   *     table {@code session}
   * @param byCreation the table with the index by create time
   * @param condition a condition on the columns of these tables
   */
  SessionPart(String byUpdate, String byCreation, String condition) {
    boolean ofLabel = !byUpdate.equals(SESSION);
    for (SessionOrder order : SessionOrder.values()) {
      String index = order.field() == Field.CREATE_TIME ? byCreation : byUpdate;
      if (ofLabel && order.listsArchived()) {
        continue;
      }
      if (order.listsAll()) {
        pageOfAgent.put(order, Sql.ofAgent(both(order, index, condition)));
        String both = union(order, index, condition, "wanted.id");
        pageOfAgents.put(order, ofAgents(both, by(order)));
      } else {
        pageOfAgent.put(order, Sql.ofAgent(page(order, index, condition, "?")));
        pageOfAgents.put(order, ofAgents(page(order, index, condition, "wanted.id"), by(order)));
      }
    }
    keys =
        byUpdate.equals(SESSION)
            ? Sql.ofAgent(
                """
                SELECT key
                FROM session
                WHERE agent_id = ? AND archive_time IS NULL%s AND key > ?
                ORDER BY key
                LIMIT ?
                """
                    .formatted(condition.formatted(SESSION)))
            : null;
  }

  /**
   * A page of an agent's sessions, from the table with the index in this order. For active sessions
   * this is {@code session} only in orders by update time, so that appends write no other index.
   */
  private static String page(SessionOrder order, String index, String condition, String agent) {
    return index.equals(SESSION)
        ? ofSessions(order, condition, agent, order.listsArchived())
        : joined(order, index, condition, agent);
  }

  private static String ofSessions(
      SessionOrder order, String condition, String agent, boolean archived) {
    return """
    SELECT %s
    FROM session
    WHERE session.agent_id = %s AND session.archive_time IS %s%s%s
    LIMIT ?
    """
        .formatted(
            SessionTable.COLUMNS,
            agent,
            archived ? "NOT NULL" : "NULL",
            condition.formatted(SESSION),
            after(order, SESSION));
  }

  /** A page of an agent's active sessions and one of its archived sessions, not merged. */
  private static String union(SessionOrder order, String index, String condition, String agent) {
    return """
    SELECT *
    FROM (
      %s
    ) AS active
    UNION ALL
    SELECT *
    FROM (
      %s
    ) AS archived
    """
        .formatted(
            joined(order, index, condition, agent).strip(),
            ofSessions(order, condition, agent, true).strip());
  }

  /** A page of an agent's active and archived sessions. */
  private static String both(SessionOrder order, String index, String condition) {
    return """
    SELECT *
    FROM (
      %s
    ) AS listed
    ORDER BY %s
    LIMIT ?
    """
        .formatted(union(order, index, condition, "?").strip(), by(order));
  }

  /**
   * The limit is inside, so that the planner chooses the index by the entries that it reads, and
   * not by its estimate of the join.
   */
  private static String joined(SessionOrder order, String index, String condition, String agent) {
    return """
    SELECT %1$s
    FROM (
      SELECT %2$s.session_id AS id
      FROM %2$s
      WHERE %2$s.agent_id = %3$s%4$s%5$s
      LIMIT ?
    ) AS entry
    JOIN session ON session.agent_id = %3$s AND session.session_id = entry.id
    WHERE session.archive_time IS NULL
    ORDER BY session.%6$s
    """
        .formatted(
            "session." + SessionTable.COLUMNS.replace(", ", ", session."),
            index,
            agent,
            condition.formatted(index),
            after(order, index),
            by(order).replace(", ", ", session."));
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

  /** Reads a page of each agent from its index and merges them. */
  private static Sql ofAgents(String pageOfAgent, String order) {
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
            .formatted(SessionTable.COLUMNS, pageOfAgent.strip(), order));
  }

  private static String by(SessionOrder order) {
    return column(order) + (order.ascending() ? ", session_id DESC" : " DESC, session_id");
  }

  private static String column(SessionOrder order) {
    return switch (order.field()) {
      case UPDATE_TIME -> "update_time";
      case CREATE_TIME -> "create_time";
      case ARCHIVE_TIME -> "archive_time";
    };
  }

  static SessionPart of(SessionFilter filter) {
    if (filter.label() != null) {
      return OF_LABEL;
    }
    if (filter.user() == null) {
      return filter.client() == null ? ALL : OF_CLIENT;
    }
    return filter.client() == null ? OF_USER : OF_USER_AND_CLIENT;
  }

  /** The statement for a page of one agent, or of several agents. */
  Sql page(SessionQuery query, boolean one) {
    return Objects.requireNonNull((one ? pageOfAgent : pageOfAgents).get(query.order()));
  }

  /** Whether a page of one agent's active sessions takes the agent again, at its end. */
  boolean namesAgentTwice(SessionQuery query) {
    return this == OF_LABEL || query.order().field() == Field.CREATE_TIME;
  }

  /** The keys after a given key, by code point. */
  Sql keys() {
    return Objects.requireNonNull(keys);
  }

  void bind(BoundStatement statement, SessionFilter filter) throws SQLException {
    if (filter.user() != null) {
      statement.withText(filter.user());
    }
    if (filter.client() != null) {
      statement.withText(filter.client());
    }
    if (filter.label() != null) {
      statement.withText(filter.label().name()).withText(filter.label().value());
    }
  }
}
