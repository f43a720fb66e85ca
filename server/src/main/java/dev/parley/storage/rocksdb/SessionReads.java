package dev.parley.storage.rocksdb;

import dev.parley.model.Cursor;
import dev.parley.model.Session;
import dev.parley.storage.DuePage;
import dev.parley.storage.DueQuery;
import dev.parley.storage.ListOrder;
import dev.parley.storage.SessionFilter;
import dev.parley.storage.SessionQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sessions by id or key, and lists of them. */
final class SessionReads {
  private static final int ROWS_AT_ONCE = 128;
  private static final UUID NOBODY = new UUID(0, 0);
  private static final SessionFilter EVERYBODYS = new SessionFilter(null, null, null, null);

  private final AgentIds agents;

  SessionReads(AgentIds agents) {
    this.agents = agents;
  }

  /** The session with this id. For one that there is not, a row is looked for all the same. */
  static @Nullable Session find(View view, UUID sessionId) {
    byte[] location = view.get(Family.INDEXES, Keys.location(sessionId));
    UUID agentId = location == null ? NOBODY : Keys.toId(location);
    byte[] value = view.get(Family.SESSIONS, Keys.session(agentId, sessionId));
    return value == null ? null : Records.toSession(agentId, sessionId, value);
  }

  /** The active sessions that hold {@code key}. */
  List<Session> find(View view, SessionFilter filter, String key) {
    List<UUID> agents = this.agents.find(view, filter);
    List<byte[]> slots = agents.stream().map(agentId -> Keys.slot(agentId, key)).toList();
    List<byte @Nullable []> holders = view.getAll(Family.INDEXES, slots);
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < agents.size(); i++) {
      byte[] holder = holders.get(i);
      if (holder != null) {
        rows.add(Keys.session(agents.get(i), Keys.toId(holder)));
      }
    }
    List<Session> sessions = new ArrayList<>();
    addAll(sessions, view, filter, rows);
    sessions.sort(ListOrder.NEWEST_FIRST);
    return sessions;
  }

  List<Session> list(View view, SessionQuery query) {
    SessionFilter filter = query.filter();
    List<byte[]> lists = lists(view, filter, query.archived());
    List<Session> sessions = new ArrayList<>();
    if (lists.isEmpty()) {
      return sessions;
    }
    byte[] common = lists.size() == 1 ? lists.get(0) : Arrays.copyOf(lists.get(0), 1);
    try (Scan scan = view.scan(Family.INDEXES, common)) {
      PlaceLists places =
          new PlaceLists(scan, lists, list -> start(list, query.after()), query.limit());
      long bytes = 0;
      while (sessions.size() < query.limit() && bytes <= query.bytesMax()) {
        List<Place> next = places.next(Math.min(query.limit() - sessions.size(), ROWS_AT_ONCE));
        if (next.isEmpty()) {
          break;
        }
        int before = sessions.size();
        addAll(sessions, view, filter, rows(filter, next));
        for (int i = before; i < sessions.size(); i++) {
          bytes += sessions.get(i).bytes();
          if (bytes > query.bytesMax()) {
            return sessions.subList(0, i + 1);
          }
        }
      }
    }
    return sessions;
  }

  /** The key at which to start in a list, behind a place if there is one. */
  private static byte[] start(byte[] list, @Nullable Cursor after) {
    return after == null ? list : Keys.after(Keys.place(list, after.time(), after.sessionId()));
  }

  /** Sessions that are filed as due; of those that the query leaves out no row is read. */
  DuePage listDue(View view, DueQuery query) {
    byte[] due = Keys.due();
    List<byte[]> rows = new ArrayList<>();
    Cursor next = null;
    try (Scan scan = view.scan(Family.INDEXES, due)) {
      Cursor after = query.after();
      scan.seek(after == null ? due : Keys.after(Keys.due(after.time(), after.sessionId())));
      for (int looked = 0; scan.isValid(); looked++) {
        byte[] place = scan.key();
        Instant time = Keys.dueTimeOf(place);
        if (time.isAfter(query.until())) {
          next = null;
          break;
        }
        if (looked == query.limit()) {
          break;
        }
        UUID agentId = Keys.agentIdOf(place);
        UUID sessionId = Keys.sessionIdOf(place, due);
        next = new Cursor(time, sessionId);
        if (query.agentId() == null || query.agentId().equals(agentId)) {
          rows.add(Keys.session(agentId, sessionId));
        }
        scan.next();
        if (!scan.isValid()) {
          next = null;
        }
      }
    }
    List<Session> sessions = new ArrayList<>();
    addAll(sessions, view, EVERYBODYS, rows);
    return new DuePage(sessions, next);
  }

  /** The lists that together hold what the filter leaves, and perhaps more. */
  private List<byte[]> lists(View view, SessionFilter filter, boolean archived) {
    String client = filter.client();
    if (!archived && filter.user() != null) {
      String owner = Objects.requireNonNull(filter.owner());
      return client == null
          ? clientLists(view, Keys.ofUser(owner, filter.user()))
          : List.of(Keys.ofUser(owner, filter.user(), client));
    }
    Function<UUID, byte[]> listOf =
        archived
            ? Keys::archives
            : client == null ? Keys::recency : agentId -> Keys.ofClient(agentId, client);
    return agents.find(view, filter).stream().map(listOf).toList();
  }

  /** The user's lists, one for each client, found by skipping from one to the next. */
  private static List<byte[]> clientLists(View view, byte[] userLists) {
    List<byte[]> lists = new ArrayList<>();
    try (Scan scan = view.scan(Family.INDEXES, userLists)) {
      scan.seek(userLists);
      while (scan.isValid()) {
        byte[] list = Keys.clientListOf(scan.key(), userLists);
        lists.add(list);
        scan.seek(Keys.after(list));
      }
    }
    return lists;
  }

  private static List<byte[]> rows(SessionFilter filter, List<Place> places) {
    return places.stream()
        .filter(place -> filter.agentId() == null || filter.agentId().equals(place.agentId()))
        .map(place -> Keys.session(place.agentId(), place.sessionId()))
        .toList();
  }

  private static void addAll(
      List<Session> sessions, View view, SessionFilter filter, List<byte[]> rows) {
    List<byte @Nullable []> values = view.getAll(Family.SESSIONS, rows);
    for (int i = 0; i < rows.size(); i++) {
      byte[] value = values.get(i);
      if (value == null) {
        throw new IllegalStateException("A place without its session.");
      }
      byte[] row = rows.get(i);
      Session session = Records.toSession(Keys.toId(row), Keys.sessionIdOf(row), value);
      if (isLeft(filter, session)) {
        sessions.add(session);
      }
    }
  }

  private static boolean isLeft(SessionFilter filter, Session session) {
    Session.Profile profile = session.profile();
    return (filter.user() == null || filter.user().equals(profile.user()))
        && (filter.client() == null || filter.client().equals(profile.client()));
  }
}
