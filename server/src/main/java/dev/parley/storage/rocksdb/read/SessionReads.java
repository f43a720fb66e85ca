package dev.parley.storage.rocksdb.read;

import dev.parley.model.Session;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.ListOrder;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder.Field;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds and lists sessions. */
public final class SessionReads {
  private static final int ROWS_AT_ONCE = 128;
  private static final UUID NOBODY = new UUID(0, 0);
  private static final SessionFilter EVERYBODYS = new SessionFilter(null, null, null, null);

  private final AgentResolver agents;

  public SessionReads(AgentResolver agents) {
    this.agents = agents;
  }

  /**
   * The session with this id. An unknown id also costs one row lookup, so that timing does not
   * reveal which ids exist.
   */
  public static @Nullable Session find(DatabaseSnapshot snapshot, UUID sessionId) {
    byte[] location = snapshot.get(ColumnFamily.INDEXES, IndexKeys.location(sessionId));
    UUID agentId = location == null ? NOBODY : Keys.toId(location);
    return SessionRowReads.find(snapshot, Keys.session(agentId, sessionId));
  }

  /** The active sessions that hold {@code key}. */
  public List<Session> find(DatabaseSnapshot snapshot, SessionFilter filter, String key) {
    List<UUID> agents = this.agents.find(snapshot, filter);
    List<byte[]> slots = agents.stream().map(agentId -> IndexKeys.slot(agentId, key)).toList();
    List<byte @Nullable []> holders = snapshot.getAll(ColumnFamily.INDEXES, slots);
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < agents.size(); i++) {
      byte[] holder = holders.get(i);
      if (holder != null) {
        rows.add(Keys.session(agents.get(i), Keys.toId(holder)));
      }
    }
    List<Session> sessions = new ArrayList<>();
    addAll(sessions, snapshot, filter, rows);
    sessions.sort(ListOrder.NEWEST_FIRST);
    return sessions;
  }

  public List<Session> list(DatabaseSnapshot snapshot, SessionQuery query) {
    SessionFilter filter = query.filter();
    List<byte[]> lists = lists(snapshot, query);
    List<Session> sessions = new ArrayList<>();
    if (lists.isEmpty()) {
      return sessions;
    }
    try (Scan scan = scan(snapshot, lists)) {
      MergingCursor entries =
          new MergingCursor(
              scan, lists, query.order().ascending(), list -> start(list, query), query.limit());
      long bytes = 0;
      while (sessions.size() < query.limit() && bytes <= query.bytesMax()) {
        List<IndexEntry> next =
            entries.next(Math.min(query.limit() - sessions.size(), ROWS_AT_ONCE));
        if (next.isEmpty()) {
          break;
        }
        int before = sessions.size();
        addAll(sessions, snapshot, filter, rows(filter, next));
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

  /** A scan of the indexes with the tags of these lists. */
  private static Scan scan(DatabaseSnapshot snapshot, List<byte[]> lists) {
    if (lists.size() == 1) {
      return snapshot.scan(ColumnFamily.INDEXES, lists.get(0));
    }
    byte[] least = Arrays.copyOf(Collections.min(lists, Arrays::compareUnsigned), 1);
    byte[] most = Arrays.copyOf(Collections.max(lists, Arrays::compareUnsigned), 1);
    return snapshot.scan(ColumnFamily.INDEXES, least, Keys.prefixEnd(most));
  }

  /**
   * The smallest key to read in an index: the start, or the key after a position. In ascending
   * order, which reads backward, the key after the largest key to read.
   */
  private static byte[] start(byte[] list, SessionQuery query) {
    boolean backward = query.order().ascending();
    Cursor after = query.after();
    if (after == null) {
      return backward ? Keys.prefixEnd(list) : list;
    }
    byte[] entry = IndexKeys.indexEntry(list, after.time(), after.sessionId());
    return backward ? entry : Keys.prefixEnd(entry);
  }

  /**
   * Reads a page of the expiry index or lease index. Rows of sessions that the query filters out
   * are not read.
   */
  public ExpiredPage listExpired(DatabaseSnapshot snapshot, byte[] index, ExpiredQuery query) {
    List<byte[]> rows = new ArrayList<>();
    Cursor next = null;
    try (Scan scan = snapshot.scan(ColumnFamily.INDEXES, index)) {
      Cursor after = query.after();
      scan.seek(
          after == null
              ? index
              : Keys.prefixEnd(IndexKeys.expiryIndex(index, after.time(), after.sessionId())));
      for (int entriesRead = 0; scan.isValid(); entriesRead++) {
        byte[] entry = scan.key();
        Instant time = IndexKeys.expiryIndexTimeOf(entry);
        if (time.isAfter(query.until())) {
          next = null;
          break;
        }
        if (entriesRead == query.limit()) {
          break;
        }
        UUID agentId = IndexKeys.agentIdOf(entry);
        UUID sessionId = IndexKeys.sessionIdOf(entry, index);
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
    addAll(sessions, snapshot, EVERYBODYS, rows);
    return new ExpiredPage(sessions, next);
  }

  /** The indexes that together contain all sessions that match the filter, and possibly more. */
  private List<byte[]> lists(DatabaseSnapshot snapshot, SessionQuery query) {
    List<byte[]> lists = new ArrayList<>();
    if (query.order().listsActive()) {
      lists.addAll(lists(snapshot, query, false));
    }
    if (query.order().listsArchived()) {
      lists.addAll(lists(snapshot, query, true));
    }
    return lists;
  }

  private List<byte[]> lists(DatabaseSnapshot snapshot, SessionQuery query, boolean archived) {
    SessionFilter filter = query.filter();
    Field field = query.order().field();
    String client = filter.client();
    if (filter.user() != null) {
      String owner = Objects.requireNonNull(filter.owner());
      return client == null
          ? clientLists(snapshot, IndexKeys.ofUser(field, archived, owner, filter.user()))
          : List.of(IndexKeys.ofUser(field, archived, owner, filter.user(), client));
    }
    return agents.find(snapshot, filter).stream()
        .map(agentId -> listOf(field, archived, agentId, filter))
        .toList();
  }

  private static byte[] listOf(Field field, boolean archived, UUID agentId, SessionFilter filter) {
    SessionFilter.Label label = filter.label();
    if (label != null) {
      return IndexKeys.ofLabel(field, agentId, label.name(), label.value());
    }
    return filter.client() == null
        ? IndexKeys.ofAgent(field, archived, agentId)
        : IndexKeys.ofClient(field, agentId, filter.client());
  }

  /** The indexes of a user, one per client, found by skipping from one to the next. */
  private static List<byte[]> clientLists(DatabaseSnapshot snapshot, byte[] userLists) {
    List<byte[]> lists = new ArrayList<>();
    try (Scan scan = snapshot.scan(ColumnFamily.INDEXES, userLists)) {
      scan.seek(userLists);
      while (scan.isValid()) {
        byte[] list = IndexKeys.clientListOf(scan.key(), userLists);
        lists.add(list);
        scan.seek(Keys.prefixEnd(list));
      }
    }
    return lists;
  }

  private static List<byte[]> rows(SessionFilter filter, List<IndexEntry> entries) {
    return entries.stream()
        .filter(entry -> filter.agentId() == null || filter.agentId().equals(entry.agentId()))
        .map(entry -> Keys.session(entry.agentId(), entry.sessionId()))
        .toList();
  }

  private static void addAll(
      List<Session> sessions, DatabaseSnapshot snapshot, SessionFilter filter, List<byte[]> rows) {
    for (Session session : SessionRowReads.findAll(snapshot, rows)) {
      if (session == null) {
        throw new IllegalStateException("The session of an index entry is missing.");
      }
      if (filter.matchesProfile(session.profile())) {
        sessions.add(session);
      }
    }
  }
}
