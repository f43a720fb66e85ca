package dev.parley.storage.rocksdb.codec;

import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.rules.Micros;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The keys of the column family {@code AUDIT}. {@link Keys} describes their layout. */
public final class AuditKeys {
  /** The index of all entries. Only its entries have values. */
  public static final byte ALL = 't';

  private static final byte OWNER = 'o';
  private static final byte AGENT = 'a';
  private static final int TIME_AND_ID_BYTES = Long.BYTES + Keys.ID_BYTES;

  private AuditKeys() {}

  /** The prefix of the index of all entries. */
  public static byte[] ofAll() {
    return new byte[] {ALL};
  }

  /** The prefix of the index of an owner's entries. */
  public static byte[] ofOwner(String owner) {
    return Keys.join(new byte[] {OWNER}, Keys.text(owner));
  }

  /** The prefix of the index of an agent's entries. */
  public static byte[] ofAgent(UUID agentId) {
    return Keys.tagged(AGENT, agentId, 0).array();
  }

  public static byte[] entry(Instant time, UUID entryId) {
    return IndexKeys.indexEntry(ofAll(), time, entryId);
  }

  /** Whether the key has a known form. */
  public static boolean isValid(byte[] key) {
    return key.length > 0
        && switch (key[0]) {
          case ALL -> key.length == 1 + TIME_AND_ID_BYTES;
          case AGENT -> key.length == 1 + Keys.ID_BYTES + TIME_AND_ID_BYTES;
          case OWNER ->
              key.length > 1 + Short.BYTES + TIME_AND_ID_BYTES
                  && key.length
                      == 1
                          + Short.BYTES
                          + Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(1))
                          + TIME_AND_ID_BYTES;
          default -> false;
        };
  }

  /** The key of the audit entry that an index entry leads to. */
  public static byte[] entryAt(byte[] indexKey) {
    return Keys.join(
        ofAll(),
        Arrays.copyOfRange(indexKey, indexKey.length - TIME_AND_ID_BYTES, indexKey.length));
  }

  static Instant timeOf(byte[] entryKey) {
    return Micros.toInstant(Long.MAX_VALUE - ByteBuffer.wrap(entryKey).getLong(1));
  }

  public static UUID idOf(byte[] entryKey) {
    return Keys.toId(entryKey, 1 + Long.BYTES);
  }

  /** The index keys of an entry, except the one in the index of all entries. */
  public static List<byte[]> indexKeys(AuditEntry entry) {
    AuditEntry.Target target = entry.target();
    if (target.owner() == null) {
      return List.of();
    }
    byte[] ofOwner = IndexKeys.indexEntry(ofOwner(target.owner()), entry.time(), entry.entryId());
    return target.agentId() == null
        ? List.of(ofOwner)
        : List.of(
            ofOwner,
            IndexKeys.indexEntry(ofAgent(target.agentId()), entry.time(), entry.entryId()));
  }
}
