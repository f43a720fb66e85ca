package dev.parley.core.filter;

import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.query.Cursor;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a filter of sessions asks for. Only criteria that an index serves are admitted.
 *
 * @param owner the owner of the agents; null for any
 * @param user the user; null for any
 * @param client the client; null for any
 * @param key the session key; null for any
 * @param updateTimes when the sessions were last updated
 */
record SessionCriteria(
    @Nullable String owner,
    @Nullable String user,
    @Nullable String client,
    @Nullable String key,
    TimeRange updateTimes) {

  /** Asks for all sessions. */
  static final SessionCriteria ALL = new SessionCriteria(null, null, null, null, TimeRange.ALL);

  private static final String UPDATE_TIME = "update_time";
  private static final Set<String> EXACT = Set.of("owner", "user", "client", "key");
  private static final Set<String> NOT_INDEXED =
      Set.of("label", "chat_type", "last_channel", "agent_version", "create_time", "expire_time");
  private static final String INDEXED =
      "owner = …, user = …, client = …, key = …, and update_time with =, <, <=, > or >=,"
          + " joined by AND";
  private static final UUID LAST_ID = new UUID(-1, -1);

  /** Parses a filter. */
  static SessionCriteria parse(String filter) {
    Map<String, String> exact = new HashMap<>();
    TimeRange updateTimes = TimeRange.ALL;
    for (FilterTerm term : FilterParser.parse(filter)) {
      if (term.field().equals(UPDATE_TIME)) {
        updateTimes = updateTimes.and(term);
      } else {
        addExact(exact, term);
      }
    }
    return new SessionCriteria(
        exact.get("owner"), exact.get("user"), exact.get("client"), exact.get("key"), updateTimes);
  }

  private static void addExact(Map<String, String> exact, FilterTerm term) {
    if (!EXACT.contains(term.field())) {
      if (NOT_INDEXED.contains(term.field())) {
        throw notIndexed(term.field(), "No index serves a filter on " + term.field() + ".");
      }
      throw FilterParser.invalidAt(
          term.position(), "unknown field " + term.field() + "; known are " + INDEXED);
    }
    if (!term.operator().equals("=")) {
      throw notIndexed(
          term.field(),
          "No index serves " + term.field() + " with the operator " + term.operator() + ".");
    }
    if (exact.putIfAbsent(term.field(), term.value()) != null) {
      throw FilterParser.invalidAt(term.position(), term.field() + " is given twice");
    }
  }

  /** The error for a filter that would have to read sessions that it does not return. */
  static SessionException notIndexed(String field, String problem) {
    return new SessionException(
        ErrorReason.FILTER_NOT_INDEXED,
        problem + " Filters with an index: " + INDEXED + ".",
        Map.of("field", field));
  }

  /** The position before the first session that can match; null for the start of the list. */
  @Nullable Cursor start() {
    Instant until = updateTimes.until();
    return until == null ? null : new Cursor(until, LAST_ID);
  }

  /** Whether the session was updated in the requested time. */
  boolean isInTime(Session session) {
    return updateTimes.contains(session.updateTime());
  }
}
