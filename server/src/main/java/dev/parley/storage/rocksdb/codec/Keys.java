package dev.parley.storage.rocksdb.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The layout of keys. Numbers are big-endian, so that keys sort like the numbers. The symbol {@code
 * ~} marks an inverted number, so that the newest entry comes first. The symbol {@code *} marks
 * text with a length prefix, because other fields follow it.
 *
 * <pre>
 * META          "layout" · "write-check" · "change-number" · "change-number-" writing thread
 * DIRECTORY     'a' agent · 'k' key id
 * SESSIONS      agent session
 * DETAILS       agent session, of sessions with a large origin or metadata
 * INDEXES       's' agent key → session
 *               'i' session → agent
 *               'r' agent ~update session
 *               'c' agent client* ~update session
 *               'u' owner* user* client* ~update session agent
 *               'n' agent ~create session
 *               'd' agent client* ~create session
 *               'w' owner* user* client* ~create session agent
 *               'b' agent label name* label value* ~update session
 *               'f' agent label name* label value* ~create session
 *               'x' agent ~archive session
 *               'y' agent client* ~archive session
 *               'z' owner* user* client* ~archive session agent
 *               'o' agent ~create session, of archived sessions
 *               'v' owner* user* client* ~create session agent, of archived sessions
 *               'e' expiry session agent
 *               'l' lease expiry session agent
 *               'q' agent state ~create session ~number
 * MESSAGES      agent session ~sequence
 * MESSAGE_IDS   agent session message id → sequence, unless the id ends with the sequence
 * RUN_MESSAGES  agent session run id* sequence
 * RUNS          agent session number
 * RUN_IDS       agent session run id → number
 * CONTEXTS      agent session number
 * AUDIT         't' ~time entry
 *               'o' owner* ~time entry
 *               'a' agent ~time entry
 * CHANGES       agent number
 * WEBHOOKS      'w' webhook
 *               'd' webhook ~position
 * </pre>
 *
 * <p>A session of a user that has no client is indexed under an empty client. {@link IndexKeys} and
 * {@link RunIndexKeys} build the keys of {@code INDEXES}, {@link AuditKeys} those of {@code AUDIT},
 * and {@link WebhookKeys} those of {@code WEBHOOKS}.
 */
public final class Keys {
  public static final byte[] LAYOUT = "layout".getBytes(UTF_8);

  /** An entry without meaning, which is written to check that writes work. */
  public static final byte[] WRITE_CHECK = "write-check".getBytes(UTF_8);

  /** How many threads may write. Each stores the number of its last change under its own key. */
  public static final int WRITERS_MAX = 16;

  /** The numbers of the last entries that each thread added to the change log. */
  private static final List<byte[]> CHANGE_NUMBERS =
      IntStream.range(0, WRITERS_MAX)
          .mapToObj(writer -> writer == 0 ? "change-number" : "change-number-" + writer)
          .map(key -> key.getBytes(UTF_8))
          .toList();

  public static final byte AGENT = 'a';
  public static final byte API_KEY = 'k';

  static final int ID_BYTES = 16;

  private Keys() {}

  /** The key of the number of the last change by a writing thread, from 0. */
  public static byte[] changeNumber(int writer) {
    return CHANGE_NUMBERS.get(writer);
  }

  /** The keys of the numbers of all writing threads. */
  public static List<byte[]> changeNumbers() {
    return CHANGE_NUMBERS;
  }

  public static byte[] agent(UUID agentId) {
    return id(ByteBuffer.allocate(1 + ID_BYTES).put(AGENT), agentId).array();
  }

  public static byte[] apiKey(UUID keyId) {
    return id(ByteBuffer.allocate(1 + ID_BYTES).put(API_KEY), keyId).array();
  }

  /** The prefix of all rows of an agent, in column families whose keys have no tag. */
  public static byte[] agentRows(UUID agentId) {
    return id(ByteBuffer.allocate(ID_BYTES), agentId).array();
  }

  /** The key of a session row, and the prefix of the session's messages, runs and ids. */
  public static byte[] session(UUID agentId, UUID sessionId) {
    return id(id(ByteBuffer.allocate(2 * ID_BYTES), agentId), sessionId).array();
  }

  /** The session of a session row. */
  public static UUID sessionIdOf(byte[] sessionKey) {
    return toId(sessionKey, ID_BYTES);
  }

  public static byte[] message(UUID agentId, UUID sessionId, long sequence) {
    ByteBuffer key = id(id(ByteBuffer.allocate(2 * ID_BYTES + Long.BYTES), agentId), sessionId);
    return key.putLong(Long.MAX_VALUE - sequence).array();
  }

  public static long sequenceOf(byte[] messageKey) {
    return Long.MAX_VALUE - ByteBuffer.wrap(messageKey).getLong(2 * ID_BYTES);
  }

  public static byte[] messageId(UUID agentId, UUID sessionId, String messageId) {
    byte[] utf8 = messageId.getBytes(UTF_8);
    ByteBuffer key = id(id(ByteBuffer.allocate(2 * ID_BYTES + utf8.length), agentId), sessionId);
    return key.put(utf8).array();
  }

  public static byte[] ofRun(UUID agentId, UUID sessionId, String runId) {
    return join(session(agentId, sessionId), text(runId));
  }

  public static byte[] runMessage(UUID agentId, UUID sessionId, String runId, long sequence) {
    return join(ofRun(agentId, sessionId, runId), ofSequence(sequence));
  }

  /** The sequence of the message that a key of {@code RUN_MESSAGES} names. */
  public static long runMessageSequenceOf(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  /** The key of a run row, and of the run's retrieved context. */
  public static byte[] run(UUID agentId, UUID sessionId, long number) {
    return join(session(agentId, sessionId), ofSequence(number));
  }

  public static long runNumberOf(byte[] runKey) {
    return ByteBuffer.wrap(runKey).getLong(2 * ID_BYTES);
  }

  public static byte[] runId(UUID agentId, UUID sessionId, String runId) {
    return join(session(agentId, sessionId), runId.getBytes(UTF_8));
  }

  /** The key of an entry in the change log. */
  public static byte[] change(UUID agentId, long number) {
    return id(ByteBuffer.allocate(ID_BYTES + Long.BYTES), agentId).putLong(number).array();
  }

  public static long changeNumberOf(byte[] changeKey) {
    return ByteBuffer.wrap(changeKey).getLong(ID_BYTES);
  }

  public static UUID directoryIdOf(byte[] directoryKey) {
    return toId(directoryKey, 1);
  }

  public static byte[] ofId(UUID id) {
    return id(ByteBuffer.allocate(ID_BYTES), id).array();
  }

  public static UUID toId(byte[] bytes) {
    return toId(bytes, 0);
  }

  public static byte[] ofSequence(long sequence) {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }

  public static long toSequence(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  /** The smallest key above all keys with this prefix. */
  public static byte[] prefixEnd(byte[] prefix) {
    byte[] end = prefix.clone();
    for (int i = end.length - 1; i >= 0; i--) {
      if (++end[i] != 0) {
        return Arrays.copyOf(end, i + 1);
      }
    }
    // Reached only for two ids whose bits are all ones. No sequence or UTF-8 text that follows
    // starts with the byte 0xFF, so this key is above all keys.
    byte[] above = new byte[2 * ID_BYTES + 1];
    Arrays.fill(above, (byte) 0xFF);
    return above;
  }

  public static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  /** Text with a length prefix, so that no encoded text is a prefix of another. */
  public static byte[] text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    if (utf8.length > 0xFFFF) {
      throw new IllegalArgumentException("Too long for a key: " + utf8.length + " bytes.");
    }
    return ByteBuffer.allocate(Short.BYTES + utf8.length)
        .putShort((short) utf8.length)
        .put(utf8)
        .array();
  }

  static ByteBuffer tagged(byte tag, UUID agentId, int bytesAfter) {
    return id(ByteBuffer.allocate(1 + ID_BYTES + bytesAfter).put(tag), agentId);
  }

  public static ByteBuffer id(ByteBuffer key, UUID id) {
    return key.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  public static UUID toId(byte[] bytes, int offset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(offset), buffer.getLong(offset + Long.BYTES));
  }
}
