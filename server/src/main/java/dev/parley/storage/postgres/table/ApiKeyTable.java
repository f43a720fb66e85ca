package dev.parley.storage.postgres.table;

import dev.parley.model.ApiKey;
import dev.parley.model.Sha256;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Ids;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.ApiKeyQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table {@code api_key}. */
public final class ApiKeyTable {
  private static final String COLUMNS =
      """
      key_id, secret_hash, owner, agent_id, scopes, client, create_time, expire_time, revoke_time,
        last_use_time\
      """;

  private static final Sql INSERT =
      Sql.ofDirectory(
          """
          INSERT INTO api_key (%s)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
              .formatted(COLUMNS));

  private static final Sql PUT =
      Sql.ofDirectory(
          INSERT.text()
              + """
          ON CONFLICT (key_id) DO UPDATE
            SET secret_hash = excluded.secret_hash, owner = excluded.owner,
              agent_id = excluded.agent_id, scopes = excluded.scopes, client = excluded.client,
              create_time = excluded.create_time, expire_time = excluded.expire_time,
              revoke_time = excluded.revoke_time, last_use_time = excluded.last_use_time
          """);

  private static final Sql FIND_BY_SECRET =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM api_key
          WHERE secret_hash = ANY (?)
          """
              .formatted(COLUMNS));

  private static final Sql FIND =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM api_key
          WHERE key_id = ?
          """
              .formatted(COLUMNS));

  private static final Sql LIST =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM api_key
          WHERE key_id >= ?
          ORDER BY key_id
          LIMIT ?
          """
              .formatted(COLUMNS));

  private static final Sql LIST_OF_OWNER =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM api_key
          WHERE key_id >= ? AND owner = ?
          ORDER BY key_id
          LIMIT ?
          """
              .formatted(COLUMNS));

  /** Waits until no other transaction changes keys of this owner. */
  private static final Sql LOCK_OWNER =
      Sql.ofDirectory("SELECT pg_advisory_xact_lock(hashtextextended('parley keys of ' || ?, 0))");

  private static final Sql FIND_LIVE_OF_OWNER =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM api_key
          WHERE owner = ? AND revoke_time IS NULL AND (expire_time IS NULL OR expire_time > ?)
          """
              .formatted(COLUMNS));

  private static final Sql REVOKE =
      Sql.ofDirectory(
          """
          UPDATE api_key
          SET revoke_time = ?
          WHERE key_id = ANY (?)
          """);

  private static final Sql EXPIRE =
      Sql.ofDirectory(
          """
          UPDATE api_key
          SET expire_time = ?
          WHERE key_id = ?
          """);

  /** Other servers record uses as well, so the latest time applies. */
  private static final Sql NOTE_USE =
      Sql.ofDirectory(
          """
          UPDATE api_key
          SET last_use_time = ?
          WHERE key_id = ? AND (last_use_time IS NULL OR last_use_time < ?)
          """);

  private ApiKeyTable() {}

  /** Records uses in the order of ids, so that two servers cannot deadlock. */
  public static int noteUses(Connection connection, Map<UUID, Instant> times) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, NOTE_USE)) {
      for (Map.Entry<UUID, Instant> use : new TreeMap<>(times).entrySet()) {
        statement.with(use.getValue()).with(use.getKey()).with(use.getValue()).addToBatch();
      }
      return statement.runBatch();
    }
  }

  public static Optional<ApiKey> find(Connection connection, UUID keyId) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      return Optional.ofNullable(statement.with(keyId).first(ApiKeyTable::map));
    }
  }

  public static Map<Sha256, ApiKey> find(Connection connection, Collection<Sha256> secretHashes)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND_BY_SECRET)) {
      byte[][] hashes = secretHashes.stream().map(Sha256::bytes).toArray(byte[][]::new);
      return statement.withBytes(hashes).all(ApiKeyTable::map).stream()
          .collect(Collectors.toMap(ApiKey::secretHash, Function.identity()));
    }
  }

  public static List<ApiKey> list(ReadTransaction transaction, ApiKeyQuery query)
      throws SQLException {
    UUID from = Ids.after(query.after());
    if (from == null) {
      return List.of();
    }
    try (BoundStatement statement =
        transaction.statement(query.owner() == null ? LIST : LIST_OF_OWNER)) {
      statement.with(from);
      if (query.owner() != null) {
        statement.withText(query.owner());
      }
      return statement.with(query.limit()).all(ApiKeyTable::map);
    }
  }

  /** Writes keys as they are, replacing those with the same ids. */
  public static void put(Connection connection, List<ApiKey> keys) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, PUT)) {
      for (ApiKey key : keys) {
        bind(statement, key).addToBatch();
      }
      statement.runBatch();
    }
  }

  public static void insert(Connection connection, ApiKey key) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      bind(statement, key).update();
    }
  }

  private static BoundStatement bind(BoundStatement statement, ApiKey key) throws SQLException {
    return statement
        .with(key.keyId())
        .with(key.secretHash().bytes())
        .withText(key.owner())
        .withId(key.agentId())
        .withTexts(key.scopes())
        .withText(key.client())
        .with(key.createTime())
        .with(key.expireTime())
        .with(key.revokeTime())
        .with(key.lastUseTime());
  }

  /** Sets the expire time of a key. */
  public static void setExpireTime(Connection connection, UUID keyId, @Nullable Instant time)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, EXPIRE)) {
      statement.with(time).with(keyId).update();
    }
  }

  /** Locks the keys of an owner until the transaction ends. */
  public static void lockOwner(Connection connection, String owner) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, LOCK_OWNER)) {
      statement.withText(owner).run();
    }
  }

  /** The live keys of an owner. */
  public static List<ApiKey> live(Connection connection, String owner, Instant now)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND_LIVE_OF_OWNER)) {
      return statement.withText(owner).with(now).all(ApiKeyTable::map);
    }
  }

  /** Revokes keys as of {@code now}. */
  public static void revoke(Connection connection, List<ApiKey> keys, Instant now)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, REVOKE)) {
      statement.with(now).withIds(keys.stream().map(ApiKey::keyId).toList()).update();
    }
  }

  private static ApiKey map(Row row) throws SQLException {
    return new ApiKey(
        row.id(),
        Sha256.ofDigest(row.bytes()),
        row.text(),
        row.idOrNull(),
        new TreeSet<>(row.texts()),
        row.textOrNull(),
        row.time(),
        row.timeOrNull(),
        row.timeOrNull(),
        row.timeOrNull());
  }
}
