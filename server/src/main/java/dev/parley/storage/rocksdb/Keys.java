package dev.parley.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.storage.Micros;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The layout of keys. Numbers are big-endian, so that the order of bytes is that of the numbers;
 * what is listed newest first is stored inverted, so that reading newest first is reading forward.
 *
 * <pre>
 * META          "layout"
 * DIRECTORY     'a' agent · 'k' key id
 * SESSIONS      agent session
 * INDEXES       's' agent key → session
 *               'i' session → agent
 *               'r' agent ~update session
 *               'c' agent client* ~update session
 *               'u' owner* user* client* ~update session agent
 *               'x' agent ~archive session
 *               'e' due session agent
 * MESSAGES      agent session ~sequence
 * MESSAGE_IDS   agent session message id → sequence
 * RUN_MESSAGES  agent session run id* sequence
 * RUNS          agent session number
 * RUN_IDS       agent session run id → number
 * CONTEXTS      agent session number
 * AUDIT         't' ~time entry
 *               'o' owner* ~time entry
 *               'a' agent ~time entry
 * </pre>
 *
 * <p>What is marked with an asterisk has its length before it, as text follows it. A session
 * without a client has an empty one among its user's.
 */
final class Keys {
  static final byte[] LAYOUT = "layout".getBytes(UTF_8);

  static final byte AGENT = 'a';
  static final byte API_KEY = 'k';

  private static final byte SLOT = 's';
  private static final byte RECENCY = 'r';
  private static final byte CLIENT = 'c';
  private static final byte USER = 'u';
  private static final byte ARCHIVE = 'x';
  private static final byte LOCATION = 'i';
  private static final byte EXPIRY = 'e';

  /** The list of all entries of the audit log, which alone has values. */
  static final byte AUDIT_ALL = 't';

  private static final byte AUDIT_OWNER = 'o';
  private static final byte AUDIT_AGENT = 'a';

  private static final int ID_BYTES = 16;
  private static final int TIME_AND_ID_BYTES = Long.BYTES + ID_BYTES;

  private Keys() {}

  static byte[] agent(UUID agentId) {
    return id(ByteBuffer.allocate(1 + ID_BYTES).put(AGENT), agentId).array();
  }

  static byte[] apiKey(UUID keyId) {
    return id(ByteBuffer.allocate(1 + ID_BYTES).put(API_KEY), keyId).array();
  }

  /** The prefix of all rows of an agent in families without tags. */
  static byte[] agentRows(UUID agentId) {
    return id(ByteBuffer.allocate(ID_BYTES), agentId).array();
  }

  /** The key of a session's row, and the prefix of its messages and message ids. */
  static byte[] session(UUID agentId, UUID sessionId) {
    return id(id(ByteBuffer.allocate(2 * ID_BYTES), agentId), sessionId).array();
  }

  /** The session of a session's row. */
  static UUID sessionIdOf(byte[] sessionKey) {
    return toId(sessionKey, ID_BYTES);
  }

  static byte[] message(UUID agentId, UUID sessionId, long sequence) {
    ByteBuffer key = id(id(ByteBuffer.allocate(2 * ID_BYTES + Long.BYTES), agentId), sessionId);
    return key.putLong(Long.MAX_VALUE - sequence).array();
  }

  static long sequenceOf(byte[] messageKey) {
    return Long.MAX_VALUE - ByteBuffer.wrap(messageKey).getLong(2 * ID_BYTES);
  }

  static byte[] messageId(UUID agentId, UUID sessionId, String messageId) {
    byte[] utf8 = messageId.getBytes(UTF_8);
    ByteBuffer key = id(id(ByteBuffer.allocate(2 * ID_BYTES + utf8.length), agentId), sessionId);
    return key.put(utf8).array();
  }

  static byte[] slots(UUID agentId) {
    return tagged(SLOT, agentId, 0).array();
  }

  static byte[] slot(UUID agentId, String key) {
    byte[] utf8 = key.getBytes(UTF_8);
    return tagged(SLOT, agentId, utf8.length).put(utf8).array();
  }

  /** Where to find a session that is named without its agent. */
  static byte[] location(UUID sessionId) {
    return id(ByteBuffer.allocate(1 + ID_BYTES).put(LOCATION), sessionId).array();
  }

  /** The prefix of the list of an agent's active sessions. */
  static byte[] recency(UUID agentId) {
    return tagged(RECENCY, agentId, 0).array();
  }

  /** The prefix of the list of an agent's archived sessions. */
  static byte[] archives(UUID agentId) {
    return tagged(ARCHIVE, agentId, 0).array();
  }

  /** The prefix of the list of an agent's active sessions that a client made. */
  static byte[] ofClient(UUID agentId, String client) {
    byte[] text = text(client);
    return tagged(CLIENT, agentId, text.length).put(text).array();
  }

  /** The prefix of the lists of a user's active sessions by client. */
  static byte[] ofUser(String owner, String user) {
    byte[] ownerText = text(owner);
    byte[] userText = text(user);
    return ByteBuffer.allocate(1 + ownerText.length + userText.length)
        .put(USER)
        .put(ownerText)
        .put(userText)
        .array();
  }

  /** The prefix of the list of a user's active sessions that a client made. */
  static byte[] ofUser(String owner, String user, String client) {
    return join(ofUser(owner, user), text(client));
  }

  /** The list of a client that {@code place} lies in, of the user whose lists begin so. */
  static byte[] clientListOf(byte[] place, byte[] userLists) {
    int clientBytes = Short.toUnsignedInt(ByteBuffer.wrap(place).getShort(userLists.length));
    return Arrays.copyOf(place, userLists.length + Short.BYTES + clientBytes);
  }

  /** A place in a list: all that a key holds there after the list's prefix, but for the agent. */
  static byte[] indexEntry(byte[] list, Instant time, UUID sessionId) {
    ByteBuffer key = ByteBuffer.allocate(list.length + Long.BYTES + ID_BYTES).put(list);
    return id(key.putLong(Long.MAX_VALUE - Micros.of(time)), sessionId).array();
  }

  /** The prefix of the list of sessions that are filed as due. */
  static byte[] expiryIndex() {
    return new byte[] {EXPIRY};
  }

  /** The place of a session that is filed as due at {@code time}, but for its agent. */
  static byte[] expiryIndex(Instant time, UUID sessionId) {
    ByteBuffer key = ByteBuffer.allocate(1 + Long.BYTES + ID_BYTES).put(EXPIRY);
    return id(key.putLong(Micros.of(time)), sessionId).array();
  }

  /** The place of a session that is filed as due at {@code time}. */
  static byte[] expiryIndex(Instant time, UUID sessionId, UUID agentId) {
    return join(expiryIndex(time, sessionId), ofId(agentId));
  }

  /** The time of a place among those that are due. */
  static Instant expiryIndexTimeOf(byte[] place) {
    return Micros.toInstant(ByteBuffer.wrap(place).getLong(1));
  }

  /** The session at a place in a list. */
  static UUID sessionIdOf(byte[] place, byte[] list) {
    return toId(place, list.length + Long.BYTES);
  }

  /** The agent of the session at a place in a list. */
  static UUID agentIdOf(byte[] place) {
    return toId(place, place[0] == USER || place[0] == EXPIRY ? place.length - ID_BYTES : 1);
  }

  /**
   * The row of the session that an entry of an index leads to; null for an entry of a form that is
   * not known.
   */
  static byte @Nullable [] rowOfIndexed(byte[] key, byte[] value) {
    int end = key.length - ID_BYTES;
    if (end < 1 || listName(key).isEmpty()) {
      return null;
    }
    return switch (key[0]) {
      case SLOT -> value.length == ID_BYTES ? session(toId(key, 1), toId(value)) : null;
      case LOCATION -> value.length == ID_BYTES ? session(toId(value), toId(key, 1)) : null;
      case USER, EXPIRY ->
          end < 1 + ID_BYTES ? null : session(toId(key, end), toId(key, end - ID_BYTES));
      default -> end < 1 + ID_BYTES ? null : session(toId(key, 1), toId(key, end));
    };
  }

  /** What an entry of an index is part of, for people; empty if that is not known. */
  static String listName(byte[] key) {
    return switch (key[0]) {
      case SLOT -> "of keys";
      case LOCATION -> "of ids";
      case RECENCY -> "of active sessions";
      case CLIENT -> "of a client's sessions";
      case USER -> "of a user's sessions";
      case ARCHIVE -> "of archived sessions";
      case EXPIRY -> "of due sessions";
      default -> "";
    };
  }

  /** The prefix of the list of all entries of the audit log. */
  static byte[] auditOfAll() {
    return new byte[] {AUDIT_ALL};
  }

  /** The prefix of the list of the entries of an owner. */
  static byte[] auditOfOwner(String owner) {
    return join(new byte[] {AUDIT_OWNER}, text(owner));
  }

  /** The prefix of the list of the entries of an agent. */
  static byte[] auditOfAgent(UUID agentId) {
    return tagged(AUDIT_AGENT, agentId, 0).array();
  }

  static byte[] auditEntry(Instant time, UUID entryId) {
    return indexEntry(auditOfAll(), time, entryId);
  }

  /** Whether a key is one of the audit log's. */
  static boolean isAudit(byte[] key) {
    return key.length > 0
        && switch (key[0]) {
          case AUDIT_ALL -> key.length == 1 + TIME_AND_ID_BYTES;
          case AUDIT_AGENT -> key.length == 1 + ID_BYTES + TIME_AND_ID_BYTES;
          case AUDIT_OWNER ->
              key.length > 1 + Short.BYTES + TIME_AND_ID_BYTES
                  && key.length
                      == 1
                          + Short.BYTES
                          + Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(1))
                          + TIME_AND_ID_BYTES;
          default -> false;
        };
  }

  /** The key of the entry of the audit log that a place in one of its lists leads to. */
  static byte[] auditEntryAt(byte[] place) {
    return join(
        auditOfAll(), Arrays.copyOfRange(place, place.length - TIME_AND_ID_BYTES, place.length));
  }

  static Instant auditTimeOf(byte[] entryKey) {
    return Micros.toInstant(Long.MAX_VALUE - ByteBuffer.wrap(entryKey).getLong(1));
  }

  static UUID auditIdOf(byte[] entryKey) {
    return toId(entryKey, 1 + Long.BYTES);
  }

  static byte[] ofRun(UUID agentId, UUID sessionId, String runId) {
    return join(session(agentId, sessionId), text(runId));
  }

  static byte[] runMessage(UUID agentId, UUID sessionId, String runId, long sequence) {
    return join(ofRun(agentId, sessionId, runId), ofSequence(sequence));
  }

  /** The sequence of the message that an entry of a run's names. */
  static long runMessageSequenceOf(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  /** The key of a run's row, and of its context. */
  static byte[] run(UUID agentId, UUID sessionId, long number) {
    return join(session(agentId, sessionId), ofSequence(number));
  }

  static long runNumberOf(byte[] runKey) {
    return ByteBuffer.wrap(runKey).getLong(2 * ID_BYTES);
  }

  static byte[] runId(UUID agentId, UUID sessionId, String runId) {
    return join(session(agentId, sessionId), runId.getBytes(UTF_8));
  }

  static UUID directoryIdOf(byte[] directoryKey) {
    return toId(directoryKey, 1);
  }

  static byte[] ofId(UUID id) {
    return id(ByteBuffer.allocate(ID_BYTES), id).array();
  }

  static UUID toId(byte[] bytes) {
    return toId(bytes, 0);
  }

  static byte[] ofSequence(long sequence) {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }

  static long toSequence(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  /** The least key above all keys that begin with {@code prefix}. */
  static byte[] prefixEnd(byte[] prefix) {
    byte[] end = prefix.clone();
    for (int i = end.length - 1; i >= 0; i--) {
      if (++end[i] != 0) {
        return Arrays.copyOf(end, i + 1);
      }
    }
    // Two ids of ones only. What may follow them in a key, an inverted sequence or UTF-8, does not
    // begin with such a byte, so one more lies above every key.
    byte[] above = new byte[2 * ID_BYTES + 1];
    Arrays.fill(above, (byte) 0xFF);
    return above;
  }

  static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  /** Text with its length before it, so that no text is the beginning of another. */
  private static byte[] text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    if (utf8.length > 0xFFFF) {
      throw new IllegalArgumentException("Too long for a key: " + utf8.length + " bytes.");
    }
    return ByteBuffer.allocate(Short.BYTES + utf8.length)
        .putShort((short) utf8.length)
        .put(utf8)
        .array();
  }

  private static ByteBuffer tagged(byte tag, UUID agentId, int bytesAfter) {
    return id(ByteBuffer.allocate(1 + ID_BYTES + bytesAfter).put(tag), agentId);
  }

  private static ByteBuffer id(ByteBuffer key, UUID id) {
    return key.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private static UUID toId(byte[] bytes, int offset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(offset), buffer.getLong(offset + Long.BYTES));
  }
}
