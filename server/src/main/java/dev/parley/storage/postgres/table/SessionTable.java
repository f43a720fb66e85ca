package dev.parley.storage.postgres.table;

import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Ids;
import dev.parley.storage.postgres.sql.LabelText;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.rules.Micros;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code session}: statements for sessions of one agent. */
public final class SessionTable {
  private static final UUID NOBODY = new UUID(0, 0);

  public static final String COLUMNS =
      "agent_id, session_id, key, label, user_id, client, agent_version, chat_type, last_channel,"
          + " origin, metadata, labels, expire_time, ttl, own_expiry, create_time, update_time,"
          + " head_sequence, cleared_sequence, deleted_count, spoken_count, run_count,"
          + " archive_time, revision, last_fence, leases";

  /** The values of {@link #COLUMNS}, from the table {@code session}. */
  public static final String SELECTED =
      "session.%s"
          .formatted(COLUMNS.replace(", ", ", session."))
          .replace("session.update_time", BusySessionTable.UPDATE_TIME + " AS update_time");

  static final Sql FIND =
      Sql.ofAgent(
          """
          SELECT %s
          FROM session
          WHERE agent_id = ? AND session_id = ?
          """
              .formatted(SELECTED));

  private static final Sql FIND_ALL =
      Sql.ofAgent(
          """
          SELECT %s
          FROM session
          WHERE agent_id = ? AND session_id = ANY (?)
          """
              .formatted(SELECTED));

  private static final Sql FIND_BY_KEY =
      Sql.ofAgent(
          """
          SELECT %s
          FROM session
          WHERE agent_id = ? AND key = ? AND archive_time IS NULL
          """
              .formatted(SELECTED));

  private static final Sql LIST_BY_ID =
      Sql.ofAgent(
          """
          SELECT %s
          FROM session
          WHERE agent_id = ? AND session_id >= ?
          ORDER BY session_id
          LIMIT ?
          """
              .formatted(SELECTED));

  private static final Sql FIND_IDS =
      Sql.ofAgent(
          """
          SELECT session_id
          FROM session
          WHERE agent_id = ? AND key = ANY (?) AND archive_time IS NULL
          """);

  private static final Sql INSERT =
      Sql.ofAgent(
          """
          INSERT INTO session (%s, due_time)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
              .formatted(COLUMNS));

  /** The expiry index entry moves earlier at most, as it does with appends. */
  private static final Sql UPDATE =
      Sql.ofAgent(
          """
          UPDATE session
          SET label = ?, user_id = ?, client = ?, agent_version = ?, chat_type = ?,
            last_channel = ?, origin = ?, metadata = ?, labels = ?, run_count = ?, archive_time = ?,
            revision = ?, last_fence = ?, leases = ?, lease_due_time = ?,
            expire_time = ?, ttl = ?, own_expiry = ?,
            due_time = CASE WHEN ?::bigint IS NULL THEN NULL ELSE LEAST(due_time, ?) END
          WHERE agent_id = ? AND session_id = ?
          """);

  /** Updates the columns that appends change. */
  public static final Sql UPDATE_COUNTS =
      Sql.ofAgent(
          """
          UPDATE session
          %s
          FROM unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::boolean[])
            AS grown (session_id, update_time, head_sequence, spoken_count, may_be_busy)
          WHERE session.agent_id = ? AND session.session_id = ANY (?)
            AND session.session_id = grown.session_id
          """
              .formatted(BusySessionTable.SET_COUNTS));

  private static final Sql UPDATE_DELETED =
      Sql.ofAgent(
          """
          UPDATE session
          SET cleared_sequence = ?, deleted_count = ?, spoken_count = ?
          WHERE agent_id = ? AND session_id = ?
          """);

  private static final Sql DELETE =
      Sql.ofAgent(
          """
          DELETE FROM session
          WHERE agent_id = ? AND session_id = ?
          """);

  private SessionTable() {}

  public static @Nullable Session find(Connection connection, SessionRef ref) throws SQLException {
    return find(connection, FIND, FIND_BY_KEY, ref);
  }

  public static @Nullable Session find(ReadTransaction transaction, SessionRef ref)
      throws SQLException {
    transaction.cancellation().throwIfCancelled();
    return find(transaction.connection(), ref);
  }

  public static @Nullable Session find(ReadTransaction transaction, UUID agentId, UUID sessionId)
      throws SQLException {
    return find(transaction, new SessionRef.ById(agentId, sessionId, null));
  }

  /** Finds a session of any agent. */
  public static @Nullable Session findAnywhere(ReadTransaction transaction, UUID sessionId)
      throws SQLException {
    UUID agentId = SessionLocationTable.find(transaction.connection(), sessionId);
    // An unknown id also costs a session lookup, so that timing does not reveal which ids exist.
    return find(transaction, agentId == null ? NOBODY : agentId, sessionId);
  }

  public static @Nullable Session find(Connection connection, UUID agentId, UUID sessionId)
      throws SQLException {
    return find(connection, new SessionRef.ById(agentId, sessionId, null));
  }

  /** The sessions with these ids. Unknown ids are left out. */
  public static List<Session> find(ReadTransaction transaction, UUID agentId, Set<UUID> sessionIds)
      throws SQLException {
    try (BoundStatement statement = transaction.statement(FIND_ALL)) {
      return statement.with(agentId).withIds(sessionIds).all(SessionTable::map);
    }
  }

  /** The active session that holds {@code key}. */
  public static @Nullable Session holder(Connection connection, UUID agentId, String key)
      throws SQLException {
    return find(connection, new SessionRef.ByKey(agentId, key, null));
  }

  /** The active session that holds {@code key}. */
  public static @Nullable Session holder(ReadTransaction transaction, UUID agentId, String key)
      throws SQLException {
    return find(transaction, new SessionRef.ByKey(agentId, key, null));
  }

  static @Nullable Session find(Connection connection, Sql byId, Sql byKey, SessionRef ref)
      throws SQLException {
    boolean named = ref instanceof SessionRef.ByKey;
    try (BoundStatement statement = new BoundStatement(connection, named ? byKey : byId)) {
      statement.with(ref.agentId());
      if (ref instanceof SessionRef.ByKey key) {
        statement.withText(key.key());
      } else {
        statement.with(((SessionRef.ById) ref).sessionId());
      }
      Session session = statement.first(SessionTable::map);
      return session != null && ref.matches(session) ? session : null;
    }
  }

  /** The active sessions that hold these keys. They are not locked. */
  public static List<UUID> findIds(Connection connection, UUID agentId, Collection<String> keys)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND_IDS)) {
      return statement.with(agentId).withTexts(keys).all(Row::id);
    }
  }

  /** Sessions of an agent, active and archived, by id. */
  public static List<Session> listById(
      Connection connection, UUID agentId, @Nullable UUID after, int limit) throws SQLException {
    UUID from = Ids.after(after);
    if (from == null) {
      return List.of();
    }
    try (BoundStatement statement = new BoundStatement(connection, LIST_BY_ID)) {
      return statement.with(agentId).with(from).with(limit).all(SessionTable::map);
    }
  }

  public static void insert(Connection connection, Collection<Session> sessions)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      for (Session session : sessions) {
        bind(statement, session).addToBatch();
      }
      statement.runBatch();
    }
  }

  private static BoundStatement bind(BoundStatement statement, Session session)
      throws SQLException {
    Session.Profile profile = session.profile();
    return statement
        .with(session.agentId())
        .with(session.sessionId())
        .withText(session.key())
        .withText(profile.label())
        .withText(profile.user())
        .withText(profile.client())
        .withText(profile.agentVersion())
        .withText(profile.chatType())
        .withText(profile.lastChannel())
        .with(profile.origin())
        .with(profile.metadata())
        .withText(LabelText.of(profile.labels()))
        .with(profile.expiry().expireTime())
        .with(profile.expiry().ttl())
        .with(!profile.expiry().agentDefault())
        .with(session.createTime())
        .with(session.updateTime())
        .with(session.counts().headSequence())
        .with(session.counts().clearedSequence())
        .with(session.counts().deletedCount())
        .with(session.counts().spokenCount())
        .with(session.counts().runCount())
        .with(session.archiveTime())
        .with(session.revision())
        .with(session.leases().lastFence())
        .withText(LeaseColumns.text(session.leases()))
        .with(session.effectiveExpireTime());
  }

  /** Updates the columns that deletions of messages change. */
  public static void updateDeleted(Connection connection, Session session) throws SQLException {
    Session.Counts counts = session.counts();
    try (BoundStatement statement = new BoundStatement(connection, UPDATE_DELETED)) {
      statement
          .with(counts.clearedSequence())
          .with(counts.deletedCount())
          .with(counts.spokenCount())
          .with(session.agentId())
          .with(session.sessionId())
          .update();
    }
  }

  /** Updates all columns except those that appends and deletions of messages change. */
  public static void update(Connection connection, Session session) throws SQLException {
    Session.Profile profile = session.profile();
    try (BoundStatement statement = new BoundStatement(connection, UPDATE)) {
      statement
          .withText(profile.label())
          .withText(profile.user())
          .withText(profile.client())
          .withText(profile.agentVersion())
          .withText(profile.chatType())
          .withText(profile.lastChannel())
          .with(profile.origin())
          .with(profile.metadata())
          .withText(LabelText.of(profile.labels()))
          .with(session.runCount())
          .with(session.archiveTime())
          .with(session.revision())
          .with(session.leases().lastFence())
          .withText(LeaseColumns.text(session.leases()))
          .with(session.leases().firstExpireTime())
          .with(profile.expiry().expireTime())
          .with(profile.expiry().ttl())
          .with(!profile.expiry().agentDefault())
          .with(session.effectiveExpireTime())
          .with(session.effectiveExpireTime())
          .with(session.agentId())
          .with(session.sessionId())
          .update();
    }
  }

  public static void delete(Connection connection, Session session) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
      statement.with(session.agentId()).with(session.sessionId()).update();
    }
  }

  /**
   * Binds the parameters of {@link #UPDATE_COUNTS}.
   *
   * @param mayBeBusy for each session, whether it may be busy
   */
  public static void bindCounts(
      BoundStatement statement, UUID agentId, Collection<Session> updated, boolean[] mayBeBusy)
      throws SQLException {
    List<UUID> ids = new ArrayList<>(updated.size());
    long[] times = new long[updated.size()];
    long[] heads = new long[updated.size()];
    long[] spoken = new long[updated.size()];
    for (Session session : updated) {
      int i = ids.size();
      ids.add(session.sessionId());
      times[i] = Micros.of(session.updateTime());
      heads[i] = session.headSequence();
      spoken[i] = session.spokenCount();
    }
    statement
        .withIds(ids)
        .withNumbers(times)
        .withNumbers(heads)
        .withNumbers(spoken)
        .withFlags(mayBeBusy)
        .with(agentId)
        .withIds(ids);
  }

  public static Session map(Row row) throws SQLException {
    return new Session(
        row.id(),
        row.id(),
        row.text(),
        new Session.Profile(
            row.textOrNull(),
            row.textOrNull(),
            row.textOrNull(),
            row.text(),
            row.textOrNull(),
            row.textOrNull(),
            row.jsonOrNull(),
            row.json(),
            LabelText.parse(row.textOrNull()),
            new Expiry(row.timeOrNull(), row.durationOrNull(), !row.flag())),
        row.time(),
        row.time(),
        new Session.Counts(row.number(), row.number(), row.number(), row.number(), row.number()),
        row.timeOrNull(),
        row.number(),
        LeaseColumns.map(row));
  }
}
