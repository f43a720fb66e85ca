package dev.parley.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Session;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * The layout of keys. Numbers are big-endian, so that the order of bytes is that of the numbers;
 * what is listed newest first is stored inverted, so that reading newest first is reading forward.
 *
 * <pre>
 * META         "layout"
 * DIRECTORY    'a' agent · 'k' key id
 * SESSIONS     agent session
 * INDEXES      's' agent key → session · 'r' agent ~update session · 'x' agent ~archive session
 * MESSAGES     agent session ~sequence
 * MESSAGE_IDS  agent session message id → sequence
 * </pre>
 */
final class Keys {
  static final byte[] LAYOUT = "layout".getBytes(UTF_8);

  static final byte AGENT = 'a';
  static final byte API_KEY = 'k';

  private static final byte SLOT = 's';
  private static final byte RECENCY = 'r';
  private static final byte ARCHIVE = 'x';

  private static final int ID_BYTES = 16;

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

  /** The prefix of an agent's list of active or of archived sessions. */
  static byte[] list(UUID agentId, boolean archived) {
    return tagged(archived ? ARCHIVE : RECENCY, agentId, 0).array();
  }

  /** A place in a list. */
  static byte[] place(UUID agentId, boolean archived, Instant time, UUID sessionId) {
    ByteBuffer key = tagged(archived ? ARCHIVE : RECENCY, agentId, Long.BYTES + ID_BYTES);
    return id(key.putLong(Long.MAX_VALUE - Micros.of(time)), sessionId).array();
  }

  /** The place of a session in the one list that it is in. */
  static byte[] place(Session session) {
    Instant archiveTime = session.archiveTime();
    return place(
        session.agentId(),
        archiveTime != null,
        archiveTime != null ? archiveTime : session.updateTime(),
        session.sessionId());
  }

  static UUID sessionIdOf(byte[] place) {
    return toId(place, place.length - ID_BYTES);
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
  static byte[] after(byte[] prefix) {
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
