package dev.parley.storage.rocksdb.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Session;
import dev.parley.storage.query.SessionOrder.Field;
import dev.parley.storage.rules.Micros;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The keys of the column family {@code INDEXES}. {@link Keys} describes their layout. */
public final class IndexKeys {
  private static final byte SLOT = 's';
  private static final byte RECENCY = 'r';
  private static final byte CLIENT = 'c';
  private static final byte USER = 'u';
  private static final byte CREATION = 'n';
  private static final byte CLIENT_CREATION = 'd';
  private static final byte USER_CREATION = 'w';
  // Next to the tags of active sessions, because both are read together.
  private static final byte ARCHIVE_CREATION = 'o';
  private static final byte USER_ARCHIVE_CREATION = 'v';
  private static final byte ARCHIVE = 'x';
  private static final byte CLIENT_ARCHIVE = 'y';
  private static final byte USER_ARCHIVE = 'z';
  private static final byte LABEL = 'b';
  private static final byte LABEL_CREATION = 'f';
  private static final byte LOCATION = 'i';
  private static final byte EXPIRY = 'e';
  private static final byte LEASES = 'l';

  private IndexKeys() {}

  public static byte[] slots(UUID agentId) {
    return Keys.tagged(SLOT, agentId, 0).array();
  }

  public static byte[] slot(UUID agentId, String key) {
    byte[] utf8 = key.getBytes(UTF_8);
    return Keys.tagged(SLOT, agentId, utf8.length).put(utf8).array();
  }

  /** The key that leads from a session id to its agent. */
  public static byte[] location(UUID sessionId) {
    return Keys.id(ByteBuffer.allocate(1 + Keys.ID_BYTES).put(LOCATION), sessionId).array();
  }

  /** The prefix of the index of an agent's active or archived sessions by a time. */
  public static byte[] ofAgent(Field field, boolean archived, UUID agentId) {
    byte tag =
        switch (field) {
          case UPDATE_TIME -> RECENCY;
          case CREATE_TIME -> archived ? ARCHIVE_CREATION : CREATION;
          case ARCHIVE_TIME -> ARCHIVE;
        };
    return Keys.tagged(tag, agentId, 0).array();
  }

  /** The prefix of the index of an agent's sessions that a client created, by a time. */
  public static byte[] ofClient(Field field, UUID agentId, String client) {
    byte[] text = Keys.text(client);
    byte tag =
        switch (field) {
          case UPDATE_TIME -> CLIENT;
          case CREATE_TIME -> CLIENT_CREATION;
          case ARCHIVE_TIME -> CLIENT_ARCHIVE;
        };
    return Keys.tagged(tag, agentId, text.length).put(text).array();
  }

  /**
   * The prefix of the indexes of a user's active or archived sessions by a time, one per client.
   */
  public static byte[] ofUser(Field field, boolean archived, String owner, String user) {
    byte tag =
        switch (field) {
          case UPDATE_TIME -> USER;
          case CREATE_TIME -> archived ? USER_ARCHIVE_CREATION : USER_CREATION;
          case ARCHIVE_TIME -> USER_ARCHIVE;
        };
    byte[] ownerText = Keys.text(owner);
    byte[] userText = Keys.text(user);
    return ByteBuffer.allocate(1 + ownerText.length + userText.length)
        .put(tag)
        .put(ownerText)
        .put(userText)
        .array();
  }

  /** The prefix of the index of a user's sessions that a client created, by a time. */
  public static byte[] ofUser(
      Field field, boolean archived, String owner, String user, String client) {
    return Keys.join(ofUser(field, archived, owner, user), Keys.text(client));
  }

  /** The prefix of the index of an agent's active sessions with a label, by a time. */
  public static byte[] ofLabel(Field field, UUID agentId, String name, String value) {
    byte[] label = Keys.join(Keys.text(name), Keys.text(value));
    byte tag = field == Field.UPDATE_TIME ? LABEL : LABEL_CREATION;
    return Keys.tagged(tag, agentId, label.length).put(label).array();
  }

  /**
   * The prefix of the client's index that contains {@code indexKey}, given the prefix of all
   * indexes of the user.
   */
  public static byte[] clientListOf(byte[] indexKey, byte[] userLists) {
    int clientBytes = Short.toUnsignedInt(ByteBuffer.wrap(indexKey).getShort(userLists.length));
    return Arrays.copyOf(indexKey, userLists.length + Short.BYTES + clientBytes);
  }

  /**
   * An index key without the agent at its end: the prefix of the index, the time and the session.
   */
  public static byte[] indexEntry(byte[] list, Instant time, UUID sessionId) {
    ByteBuffer key = ByteBuffer.allocate(list.length + Long.BYTES + Keys.ID_BYTES).put(list);
    return Keys.id(key.putLong(Long.MAX_VALUE - Micros.of(time)), sessionId).array();
  }

  /** The prefix of the expiry index. */
  public static byte[] expiryIndex() {
    return new byte[] {EXPIRY};
  }

  /** The prefix of the index of sessions by the earliest expire time of their leases. */
  public static byte[] leaseIndex() {
    return new byte[] {LEASES};
  }

  /** A key of the expiry index or lease index, without the agent at its end. */
  public static byte[] expiryIndex(byte[] index, Instant time, UUID sessionId) {
    ByteBuffer key = ByteBuffer.allocate(index.length + Long.BYTES + Keys.ID_BYTES).put(index);
    return Keys.id(key.putLong(Micros.of(time)), sessionId).array();
  }

  /** A key of the expiry index. */
  public static byte[] expiryIndex(Instant time, UUID sessionId, UUID agentId) {
    return Keys.join(expiryIndex(expiryIndex(), time, sessionId), Keys.ofId(agentId));
  }

  /** The indexed time of a key of the expiry index or lease index. */
  public static Instant expiryIndexTimeOf(byte[] indexKey) {
    return Micros.toInstant(ByteBuffer.wrap(indexKey).getLong(1));
  }

  /** The session of an index key. */
  public static UUID sessionIdOf(byte[] indexKey, byte[] list) {
    return Keys.toId(indexKey, list.length + Long.BYTES);
  }

  /** The agent of an index key. */
  public static UUID agentIdOf(byte[] indexKey) {
    return Keys.toId(
        indexKey,
        switch (indexKey[0]) {
          case USER, USER_CREATION, USER_ARCHIVE_CREATION, USER_ARCHIVE, EXPIRY, LEASES ->
              indexKey.length - Keys.ID_BYTES;
          default -> 1;
        });
  }

  /**
   * The key of the session row that an index entry leads to; null if the form of the entry is
   * unknown.
   */
  public static byte @Nullable [] rowOfIndexed(byte[] key, byte[] value) {
    int end = key.length - Keys.ID_BYTES;
    if (end < 1 || listName(key).isEmpty()) {
      return null;
    }
    return switch (key[0]) {
      case SLOT ->
          value.length == Keys.ID_BYTES ? Keys.session(Keys.toId(key, 1), Keys.toId(value)) : null;
      case LOCATION ->
          value.length == Keys.ID_BYTES ? Keys.session(Keys.toId(value), Keys.toId(key, 1)) : null;
      case USER, USER_CREATION, USER_ARCHIVE_CREATION, USER_ARCHIVE, EXPIRY, LEASES ->
          end < 1 + Keys.ID_BYTES
              ? null
              : Keys.session(Keys.toId(key, end), Keys.toId(key, end - Keys.ID_BYTES));
      default ->
          end < 1 + Keys.ID_BYTES ? null : Keys.session(Keys.toId(key, 1), Keys.toId(key, end));
    };
  }

  /** The name of the index of a key, for messages; empty if it is unknown. */
  public static String listName(byte[] key) {
    return switch (key[0]) {
      case SLOT -> "of keys";
      case LOCATION -> "of ids";
      case RECENCY -> "of active sessions";
      case CLIENT -> "of a client's sessions";
      case USER -> "of a user's sessions";
      case CREATION -> "of active sessions by create time";
      case CLIENT_CREATION -> "of a client's sessions by create time";
      case USER_CREATION -> "of a user's sessions by create time";
      case LABEL -> "of sessions with a label";
      case LABEL_CREATION -> "of sessions with a label by create time";
      case ARCHIVE -> "of archived sessions";
      case ARCHIVE_CREATION -> "of archived sessions by create time";
      case USER_ARCHIVE_CREATION -> "of a user's archived sessions by create time";
      case CLIENT_ARCHIVE -> "of a client's archived sessions";
      case USER_ARCHIVE -> "of a user's archived sessions";
      case EXPIRY -> "of expiring sessions";
      case LEASES -> "of sessions with leases";
      default -> "";
    };
  }

  /** All index keys of a session, except those of its id, its key and its expiry. */
  public static List<byte[]> indexKeys(String owner, Session session) {
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    if (session.isArchived()) {
      List<byte[]> keys = new ArrayList<>(5);
      keys.addAll(timeKeys(Field.ARCHIVE_TIME, owner, session));
      keys.addAll(timeKeys(Field.CREATE_TIME, owner, session));
      return keys;
    }
    List<byte[]> keys = new ArrayList<>(8);
    keys.addAll(timeKeys(Field.UPDATE_TIME, owner, session));
    keys.addAll(timeKeys(Field.CREATE_TIME, owner, session));
    Instant leaseExpireTime = session.leases().firstExpireTime();
    if (leaseExpireTime != null) {
      byte[] key = expiryIndex(leaseIndex(), leaseExpireTime, sessionId);
      keys.add(Keys.join(key, Keys.ofId(agentId)));
    }
    return keys;
  }

  /**
   * The keys of a session in the indexes by a time: of its agent, its client and its user, and of
   * the labels of an active session. Appends move those by update time, and leave the others. No
   * index has the archived sessions of a client by create time.
   */
  public static List<byte[]> timeKeys(Field field, String owner, Session session) {
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    String user = session.profile().user();
    String client = session.profile().client();
    Instant time = field.of(session);
    boolean archived = session.isArchived();
    List<byte[]> keys = new ArrayList<>(3);
    keys.add(indexEntry(ofAgent(field, archived, agentId), time, sessionId));
    if (client != null && !(archived && field == Field.CREATE_TIME)) {
      keys.add(indexEntry(ofClient(field, agentId, client), time, sessionId));
    }
    if (user != null) {
      byte[] list = ofUser(field, archived, owner, user, client == null ? "" : client);
      keys.add(Keys.join(indexEntry(list, time, sessionId), Keys.ofId(agentId)));
    }
    if (!archived) {
      session
          .profile()
          .labels()
          .forEach(
              (name, value) ->
                  keys.add(indexEntry(ofLabel(field, agentId, name, value), time, sessionId)));
    }
    return keys;
  }

  public static List<byte[]> expiryIndexKeys(Session session, @Nullable Instant indexedTime) {
    return indexedTime == null
        ? List.of()
        : List.of(expiryIndex(indexedTime, session.sessionId(), session.agentId()));
  }
}
