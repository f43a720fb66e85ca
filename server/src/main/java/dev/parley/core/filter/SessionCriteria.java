package dev.parley.core.filter;

import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionFilter.Label;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionOrder.Field;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a filter of sessions asks for. Only criteria that an index serves are admitted.
 *
 * @param owner the owner of the agents; null for any
 * @param user the user; null for any
 * @param client the client; null for any
 * @param key the session key; null for any
 * @param label the label; null for any
 * @param times the ranges of update times and create times; without an entry for any time
 * @param terms the first term of the filter on each field
 */
record SessionCriteria(
    @Nullable String owner,
    @Nullable String user,
    @Nullable String client,
    @Nullable String key,
    @Nullable Label label,
    Map<Field, TimeRange> times,
    Map<String, FilterTerm> terms) {

  /** Asks for all sessions. */
  static final SessionCriteria ALL =
      new SessionCriteria(null, null, null, null, null, Map.of(), Map.of());

  private static final Map<String, Field> TIMES =
      Map.of("update_time", Field.UPDATE_TIME, "create_time", Field.CREATE_TIME);
  private static final String LABELS = "labels.";
  private static final Pattern LABEL_NAME = Pattern.compile("[a-z0-9._-]{1,63}");
  private static final Set<String> EXACT = Set.of("owner", "user", "client", "key");
  private static final Set<String> NOT_INDEXED =
      Set.of("label", "chat_type", "last_channel", "agent_version", "expire_time");
  private static final String INDEXED =
      "owner = …, user = …, client = …, key = … and labels.NAME = … (one label, with neither user"
          + " nor client), each in any order, and update_time or"
          + " create_time with =, <, <=, > or >= in the order of the same time, joined by AND";
  private static final UUID FIRST_ID = new UUID(0, 0);
  private static final UUID LAST_ID = new UUID(-1, -1);

  /** Parses a filter. A blank text asks for all sessions. */
  static SessionCriteria parse(String filter) {
    if (filter.isBlank()) {
      return ALL;
    }
    Map<String, String> exact = new HashMap<>();
    Map<Field, TimeRange> times = new EnumMap<>(Field.class);
    Map<String, FilterTerm> terms = new HashMap<>();
    FilterTerm label = null;
    for (FilterTerm term : FilterParser.parse(filter)) {
      Field time = TIMES.get(term.field());
      if (time != null) {
        times.put(time, times.getOrDefault(time, TimeRange.ALL).and(term));
      } else if (term.field().startsWith(LABELS)) {
        label = requireOnly(label, requireLabel(term));
      } else {
        addExact(exact, term);
      }
      terms.putIfAbsent(term.field().startsWith(LABELS) ? LABELS : term.field(), term);
    }
    boolean hasUserOrClient = exact.containsKey("user") || exact.containsKey("client");
    if (label != null && hasUserOrClient && !exact.containsKey("key")) {
      throw notIndexed(label, "no index serves a label together with a user or client");
    }
    return new SessionCriteria(
        exact.get("owner"),
        exact.get("user"),
        exact.get("client"),
        exact.get("key"),
        label == null ? null : new Label(label.field().substring(LABELS.length()), label.value()),
        Map.copyOf(times),
        Map.copyOf(terms));
  }

  private static FilterTerm requireLabel(FilterTerm term) {
    String name = term.field().substring(LABELS.length());
    if (!LABEL_NAME.matcher(name).matches()) {
      throw FilterParser.invalidAt(
          term.position(), "the name of a label must have 1 to 63 of the characters a-z 0-9 . _ -");
    }
    return requireEquals(term);
  }

  private static FilterTerm requireOnly(@Nullable FilterTerm before, FilterTerm term) {
    if (before != null) {
      throw notIndexed(term, "no index serves two labels");
    }
    return term;
  }

  private static FilterTerm requireEquals(FilterTerm term) {
    if (!term.operator().equals("=")) {
      throw notIndexed(
          term, "no index serves " + term.field() + " with the operator " + term.operator());
    }
    return term;
  }

  private static void addExact(Map<String, String> exact, FilterTerm term) {
    if (!EXACT.contains(term.field())) {
      if (NOT_INDEXED.contains(term.field())) {
        throw notIndexed(term, "no index serves a filter on " + term.field());
      }
      throw FilterParser.invalidAt(
          term.position(), "unknown field " + term.field() + "; known are " + INDEXED);
    }
    requireEquals(term);
    if (exact.putIfAbsent(term.field(), term.value()) != null) {
      throw FilterParser.invalidAt(term.position(), term.field() + " is given twice");
    }
  }

  /** The error for a filter that would have to read sessions that it does not return. */
  static SessionException notIndexed(FilterTerm term, String problem) {
    return new SessionException(
        ErrorReason.FILTER_NOT_INDEXED,
        "filter at position %d: %s. Filters with an index: %s."
            .formatted(term.position(), problem, INDEXED),
        Map.of("field", term.field(), "position", Integer.toString(term.position())));
  }

  /** The error for a label in a list that also has a user, which the caller did not name. */
  SessionException labelNotIndexed(String problem) {
    return notIndexed(LABELS, problem);
  }

  /** The error for a term on a field that needs another term. */
  SessionException notIndexed(String field, String problem) {
    return notIndexed(Objects.requireNonNull(terms.get(field)), problem);
  }

  /**
   * Checks that an index serves this filter in an order. Sessions with one key are few, so they are
   * sorted and filtered by any time.
   */
  void requireIndex(SessionOrder order) {
    if (order.listsAll()) {
      requireIndexOfArchived();
    }
    for (Map.Entry<String, Field> time : TIMES.entrySet()) {
      boolean unsorted = time.getValue() != order.field() && times.containsKey(time.getValue());
      if (unsorted && key == null) {
        throw notIndexed(
            time.getKey(),
            "a filter on %1$s requires the order_by %1$s or %1$s desc".formatted(time.getKey()));
      }
    }
  }

  private void requireIndexOfArchived() {
    for (String field : List.of("client", "key", LABELS)) {
      FilterTerm term = terms.get(field);
      if (term != null) {
        throw new SessionException(
            ErrorReason.FILTER_NOT_INDEXED,
            ("filter at position %d: no index has archived sessions by %s. Filters with an index,"
                    + " if show_archived is set: owner = …, user = … and create_time with =, <, <=,"
                    + " > or >=, joined by AND.")
                .formatted(term.position(), term.field()),
            Map.of("field", term.field(), "position", Integer.toString(term.position())));
      }
    }
  }

  /** An order in which an index serves this filter, for counts. */
  SessionOrder anyOrder() {
    boolean byCreateTime =
        times.containsKey(Field.CREATE_TIME) && !times.containsKey(Field.UPDATE_TIME);
    return byCreateTime ? SessionOrder.CREATE_TIME_DESC : SessionOrder.UPDATE_TIME_DESC;
  }

  /** The position before the first session that can match; null for the start of the list. */
  @Nullable Cursor start(SessionOrder order) {
    TimeRange range = times.getOrDefault(order.field(), TimeRange.ALL);
    if (order.ascending()) {
      Instant from = range.from();
      return from == null ? null : new Cursor(from.minus(1, ChronoUnit.MICROS), FIRST_ID);
    }
    Instant until = range.until();
    return until == null ? null : new Cursor(until, LAST_ID);
  }

  /** Whether a session with the requested key has the requested label and times. */
  boolean matches(Session session) {
    return isInTime(session)
        && (label == null || label.value().equals(session.profile().labels().get(label.name())));
  }

  /** Whether the times of the session are in the requested ranges. */
  boolean isInTime(Session session) {
    return times.entrySet().stream()
        .allMatch(each -> each.getValue().contains(each.getKey().of(session)));
  }
}
