package dev.parley.core.filter;

import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.query.Cursor;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
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
 * @param from the earliest update time
 * @param until the update time before which the sessions were updated; null for no limit
 */
record SessionCriteria(
    @Nullable String owner,
    @Nullable String user,
    @Nullable String client,
    @Nullable String key,
    Instant from,
    @Nullable Instant until) {

  private static final String UPDATE_TIME = "update_time";
  private static final Set<String> EXACT = Set.of("owner", "user", "client", "key");
  private static final Set<String> NOT_INDEXED =
      Set.of("label", "chat_type", "last_channel", "agent_version", "create_time", "expire_time");
  private static final String INDEXED =
      "owner = …, user = …, client = …, key = …, and update_time with =, <, <=, > or >=,"
          + " joined by AND";
  private static final UUID LAST_ID = new UUID(-1, -1);
  private static final long MICRO_NANOS = 1_000;
  private static final Instant YEAR_1 = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  /** Parses a filter. */
  static SessionCriteria parse(String filter) {
    Map<String, String> exact = new HashMap<>();
    Instant from = Instant.MIN;
    Instant until = null;
    for (FilterTerm term : FilterParser.parse(filter)) {
      if (term.field().equals(UPDATE_TIME)) {
        Instant time = time(term);
        Instant lower = lowerBound(term, time);
        Instant upper = upperBound(term, time);
        from = lower != null && lower.isAfter(from) ? lower : from;
        until = upper != null && (until == null || upper.isBefore(until)) ? upper : until;
      } else {
        addExact(exact, term);
      }
    }
    return new SessionCriteria(
        exact.get("owner"), exact.get("user"), exact.get("client"), exact.get("key"), from, until);
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

  private static Instant time(FilterTerm term) {
    try {
      Instant time = OffsetDateTime.parse(term.value()).toInstant();
      // RFC 3339 has years of four digits.
      if (!time.isBefore(YEAR_1) && time.isBefore(YEAR_10000)) {
        return time;
      }
    } catch (DateTimeException e) {
      // Reported like a time that is out of range.
    }
    throw FilterParser.invalidAt(
        term.valuePosition(), "expected an RFC 3339 time such as \"2026-01-31T12:00:00Z\"");
  }

  /** The first microsecond that matches; null if there is no lower bound. */
  private static @Nullable Instant lowerBound(FilterTerm term, Instant time) {
    return switch (term.operator()) {
      case "=", ">=" -> notBefore(time);
      case ">" -> after(time);
      case "<", "<=" -> null;
      default ->
          throw notIndexed(
              UPDATE_TIME, "update_time cannot be compared with " + term.operator() + ".");
    };
  }

  /** The first microsecond that no longer matches; null if there is no upper bound. */
  private static @Nullable Instant upperBound(FilterTerm term, Instant time) {
    return switch (term.operator()) {
      case "=", "<=" -> after(time);
      case "<" -> notBefore(time);
      default -> null;
    };
  }

  private static Instant notBefore(Instant time) {
    Instant micro = time.truncatedTo(ChronoUnit.MICROS);
    return micro.equals(time) ? micro : micro.plusNanos(MICRO_NANOS);
  }

  private static Instant after(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS).plusNanos(MICRO_NANOS);
  }

  /** The position before the first session that can match; null for the start of the list. */
  @Nullable Cursor start() {
    return until == null ? null : new Cursor(until, LAST_ID);
  }

  /** Whether the session was updated in the requested time. */
  boolean isInTime(Session session) {
    return !session.updateTime().isBefore(from)
        && (until == null || session.updateTime().isBefore(until));
  }
}
