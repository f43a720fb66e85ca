package dev.parley.storage.rocksdb.repair;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.TableProperties;

/**
 * A table file of a database, with what its properties say about it.
 *
 * @param name the name of the file
 * @param bytes its size
 * @param familyId the number of its column family
 * @param familyName the name of its column family
 * @param lastSequence the sequence number of its newest change
 * @param damage why a part of it cannot be read; null if all checksums are correct
 */
record TableFile(
    String name,
    long bytes,
    int familyId,
    String familyName,
    long lastSequence,
    @Nullable String damage) {

  static final String SUFFIX = ".sst";

  /** The properties are the last block but one, after all data. */
  private static final int PROPERTIES_WITHIN_BYTES = 64 * 1024;

  /** The end of {@code rocksdb.key.largest.seqno}. There is no getter. The block omits prefixes. */
  private static final String LAST_SEQUENCE = "largest.seqno";

  private static final int VARINT_BITS = 7;

  /**
   * Reads a whole file and verifies its checksums.
   *
   * @throws RocksDBException if the file has no readable index or properties
   */
  static TableFile read(Path file) throws IOException, RocksDBException {
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(file.toString());
      TableProperties properties = reader.getTableProperties();
      return new TableFile(
          Objects.requireNonNull(file.getFileName()).toString(),
          Files.size(file),
          Math.toIntExact(properties.getColumnFamilyId()),
          new String(properties.getColumnFamilyName(), UTF_8),
          lastSequence(file),
          damage(reader));
    }
  }

  private static @Nullable String damage(SstFileReader reader) {
    try {
      reader.verifyChecksum();
      return null;
    } catch (RocksDBException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static long lastSequence(Path file) throws IOException, RocksDBException {
    try (FileChannel channel = FileChannel.open(file)) {
      long start = Math.max(0, channel.size() - PROPERTIES_WITHIN_BYTES);
      ByteBuffer bytes = ByteBuffer.allocate((int) (channel.size() - start));
      while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) > 0) {
        // A read may return fewer bytes.
      }
      bytes.flip();
      int at = new String(bytes.array(), 0, bytes.limit(), ISO_8859_1).lastIndexOf(LAST_SEQUENCE);
      if (at < 0) {
        throw new RocksDBException("The properties have no sequence number.");
      }
      return varint(bytes.position(at + LAST_SEQUENCE.length()));
    }
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    int next;
    int shift = 0;
    do {
      next = bytes.get();
      value |= (next & 0x7fL) << shift;
      shift += VARINT_BITS;
    } while (next < 0);
    return value;
  }

  /** The number in the name. */
  long number() {
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }
}
