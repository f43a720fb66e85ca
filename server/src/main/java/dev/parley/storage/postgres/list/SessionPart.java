package dev.parley.storage.postgres.list;

import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.BusySessionTable;
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
      String page = page(order, index, condition, "?");
      boolean union = isUnion(order, ofLabel);
      pageOfAgent.put(order, Sql.ofAgent(union ? merged(order, page) : page));
      pageOfAgents.put(order, ofAgents(page(order, index, condition, "wanted.id"), by(order)));
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
    if (order.listsAll()) {
      return union(joined(order, index, condition, agent), archived(order, condition, agent));
    }
    if (order.field() == Field.ARCHIVE_TIME) {
      return archived(order, condition, agent);
    }
    return index.equals(SESSION)
        ? byUpdate(order, condition, agent)
        : joined(order, index, condition, agent);
  }

  private static String archived(SessionOrder order, String condition, String agent) {
    return ofSessions(
        agent,
        "session.archive_time IS NOT NULL" + condition,
        after(order, "session." + column(order), SESSION));
  }

  /** A page of the sessions that are not busy, and one of the busy sessions. */
  private static String byUpdate(SessionOrder order, String condition, String agent) {
    return union(
        ofSessions(
            agent,
            "session.archive_time IS NULL AND NOT session.busy" + condition,
            after(order, "session.update_time", SESSION)),
        ofSessions(
            agent,
            "session.archive_time IS NULL AND session.busy" + condition,
            after(order, BusySessionTable.UPDATE_TIME, SESSION)));
  }

  private static String ofSessions(String agent, String condition, String after) {
    return """
    SELECT %s
    FROM session
    WHERE session.agent_id = %s AND %s%s
    LIMIT ?
    """
        .formatted(SessionTable.SELECTED, agent, condition.formatted(SESSION), after);
  }

  /** Two pages, not merged. */
  private static String union(String page, String other) {
    return """
    SELECT *
    FROM (
      %s
    ) AS page
    UNION ALL
    SELECT *
    FROM (
      %s
    ) AS other
    """
        .formatted(page.strip(), other.strip());
  }

  private static String merged(SessionOrder order, String union) {
    return """
    SELECT *
    FROM (
      %s
    ) AS listed
    ORDER BY %s
    LIMIT ?
    """
        .formatted(union.strip(), by(order));
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
            SessionTable.SELECTED,
            index,
            agent,
            condition.formatted(index),
            after(order, index + "." + column(order), index),
            by(order).replace(", ", ", session."));
  }

  private static String after(SessionOrder order, String time, String table) {
    return order.ascending()
        ? """
           AND %1$s >= ? AND (%1$s > ? OR %2$s.session_id < ?)
          ORDER BY %1$s, %2$s.session_id DESC"""
            .formatted(time, table)
        : """
           AND %1$s <= ? AND (%1$s < ? OR %2$s.session_id > ?)
          ORDER BY %1$s DESC, %2$s.session_id"""
            .formatted(time, table);
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

  /** Whether a page consists of two pages, which take the same parameters. */
  boolean isUnion(SessionQuery query) {
    return isUnion(query.order(), this == OF_LABEL);
  }

  private static boolean isUnion(SessionOrder order, boolean ofLabel) {
    return order.listsAll() || (order.field() == Field.UPDATE_TIME && !ofLabel);
  }

  /** Whether the first page of one agent takes the agent again, at its end. */
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
