package dev.parley.storage.rocksdb.repair;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * Writes a manifest for the tables that are left of a database, as RocksDB's {@code RepairDB} does,
 * which has no Java method: all tables are in level 0, ordered by the sequence number of their
 * newest change, and all logs are replayed.
 *
 * <p>A manifest is a log of version edits. An edit is a list of tags and values. The tables claim
 * the whole key range, because their first and last keys may be deletions, which cannot be read.
 */
final class ManifestWriter {
  private static final int COMPARATOR = 1;
  private static final int LOG_NUMBER = 2;
  private static final int NEXT_FILE_NUMBER = 3;
  private static final int LAST_SEQUENCE = 4;
  private static final int NEW_FILE = 103;
  private static final int FAMILY = 200;
  private static final int FAMILY_ADD = 201;
  private static final int END_OF_FILE_FIELDS = 1;

  private static final String BYTEWISE = "leveldb.BytewiseComparator";

  /** Above all keys: no key starts with more than two ids, and text never has this byte. */
  private static final byte[] LAST_KEY = new byte[64];

  static {
    Arrays.fill(LAST_KEY, (byte) 0xff);
  }

  private static final long MAX_SEQUENCE = (1L << 56) - 1;
  private static final int TYPE_BITS = 8;
  private static final int TYPE_VALUE = 1;

  private static final int BLOCK_BYTES = 32 * 1024;
  private static final int HEADER_BYTES = 7;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_SHIFT = 15;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  private ManifestWriter() {}

  /**
   * Writes a new manifest into a database folder and makes it current.
   *
   * @param families the names of the column families by number
   * @param tables the tables of the database; others in the folder are ignored
   * @param unusedNumber a number above those of all files in the folder
   */
  static void write(
      Path databaseFolder,
      SortedMap<Integer, String> families,
      Collection<TableFile> tables,
      long unusedNumber)
      throws IOException {
    ManifestWriter writer = new ManifestWriter();
    writer.append(header(tables, unusedNumber + 1));
    for (var family : families.entrySet()) {
      if (family.getKey() > 0) {
        writer.append(family(family.getKey(), family.getValue()));
      }
    }
    for (TableFile table : tables) {
      writer.append(table(table));
    }
    String name = "MANIFEST-%06d".formatted(unusedNumber);
    Files.write(databaseFolder.resolve(name), writer.log.toByteArray());
    setCurrent(databaseFolder, name);
  }

  /** Makes a manifest current. */
  static void setCurrent(Path databaseFolder, String manifest) throws IOException {
    Path current = databaseFolder.resolve("CURRENT");
    Files.deleteIfExists(current);
    Files.writeString(current, manifest + "\n");
  }

  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] edit(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] header(Collection<TableFile> tables, long nextFileNumber)
      throws IOException {
    long last = tables.stream().mapToLong(TableFile::lastSequence).max().orElse(0);
    return edit(
        out -> {
          text(out, COMPARATOR, BYTEWISE);
          number(out, LOG_NUMBER, 0);
          number(out, NEXT_FILE_NUMBER, nextFileNumber);
          number(out, LAST_SEQUENCE, last);
        });
  }

  private static byte[] family(int id, String name) throws IOException {
    return edit(
        out -> {
          text(out, COMPARATOR, BYTEWISE);
          number(out, LOG_NUMBER, 0);
          number(out, FAMILY, id);
          text(out, FAMILY_ADD, name);
        });
  }

  private static byte[] table(TableFile table) throws IOException {
    return edit(
        out -> {
          number(out, NEW_FILE, 0);
          out.writeUInt64NoTag(table.number());
          out.writeUInt64NoTag(table.bytes());
          out.writeByteArrayNoTag(internalKey(new byte[0], MAX_SEQUENCE, TYPE_VALUE));
          out.writeByteArrayNoTag(internalKey(LAST_KEY, 0, 0));
          out.writeUInt64NoTag(0);
          out.writeUInt64NoTag(table.lastSequence());
          out.writeUInt32NoTag(END_OF_FILE_FIELDS);
          number(out, FAMILY, table.familyId());
        });
  }

  private static byte[] internalKey(byte[] key, long sequence, int type) {
    return ByteBuffer.allocate(key.length + Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(key)
        .putLong(sequence << TYPE_BITS | type)
        .array();
  }

  private static void number(CodedOutputStream out, int tag, long value) throws IOException {
    out.writeUInt32NoTag(tag);
    out.writeUInt64NoTag(value);
  }

  private static void text(CodedOutputStream out, int tag, String value) throws IOException {
    out.writeUInt32NoTag(tag);
    out.writeByteArrayNoTag(value.getBytes(UTF_8));
  }

  /** Appends a record to the log, in pieces if it crosses the end of a block. */
  private void append(byte[] record) {
    int at = 0;
    boolean first = true;
    do {
      int left = BLOCK_BYTES - log.size() % BLOCK_BYTES;
      if (left < HEADER_BYTES) {
        log.writeBytes(new byte[left]);
        continue;
      }
      int length = Math.min(record.length - at, left - HEADER_BYTES);
      boolean last = at + length == record.length;
      int type = first ? (last ? FULL : FIRST) : (last ? LAST : MIDDLE);
      appendPiece(type, Arrays.copyOfRange(record, at, at + length));
      at += length;
      first = false;
    } while (at < record.length);
  }

  private void appendPiece(int type, byte[] payload) {
    CRC32C checksum = new CRC32C();
    checksum.update(type);
    checksum.update(payload, 0, payload.length);
    log.writeBytes(
        ByteBuffer.allocate(HEADER_BYTES + payload.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Integer.rotateRight((int) checksum.getValue(), MASK_SHIFT) + MASK_DELTA)
            .putShort((short) payload.length)
            .put((byte) type)
            .put(payload)
            .array());
  }
}
