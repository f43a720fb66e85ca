package dev.parley.storage.rocksdb.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A write-ahead log of RocksDB, read only as far as needed to find damage. It consists of blocks of
 * 32 KiB. Blocks contain records with a checksum, a length and a type. A batch is one record, or
 * several if it crosses the end of a block, and starts with its sequence number.
 *
 * @param file the file
 * @param bytes its size
 * @param validBytes the end of the last record with a correct checksum, before the first damage
 * @param lastSequence the sequence number of the last change before the first damage; 0 for none
 */
public record LogFile(Path file, long bytes, long validBytes, long lastSequence) {
  /** Names have at least six digits, so longer names are newer. */
  private static final Comparator<Path> BY_NUMBER =
      Comparator.comparing((Path file) -> file.toString().length())
          .thenComparing(Comparator.naturalOrder());

  private static final int BLOCK_BYTES = 32 * 1024;
  private static final int HEADER_BYTES = 7;
  private static final int RECYCLED_HEADER_BYTES = 11;

  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;
  private static final int BATCH_HEADER_BYTES = Long.BYTES + Integer.BYTES;

  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;

  /** Records of these types also contain the number of their log. */
  private static final int RECYCLED_FULL = 5;

  private static final int RECYCLED_LAST = 8;
  private static final int RECYCLED_TIMESTAMP_SIZE = 11;

  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_SHIFT = 15;

  /** The log files in a database folder, oldest first. */
  public static List<Path> list(Path databaseFolder) throws IOException {
    try (Stream<Path> files = Files.list(databaseFolder)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted(BY_NUMBER).toList();
    }
  }

  /** Reads a log file up to its end or its first damage. */
  public static LogFile scan(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return new Scanner((first, last) -> {}).scan(file, channel);
    }
  }

  /** Receives the changes of a log. */
  public interface Changes {
    /**
     * A batch of changes that can be read, by the sequence numbers of its first and last change.
     */
    void batch(long first, long last);
  }

  /** Reads all batches of a log. Passes over the rest of each block that is damaged. */
  public static void read(Path file, Changes changes) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      new Scanner(changes).readAll(channel);
    }
  }

  /** Whether the file ends with bytes that are not a valid record. */
  public boolean isDamaged() {
    return validBytes < bytes;
  }

  private static final class Scanner {
    private final ByteBuffer block =
        ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private final Changes changes;

    /** The header of the batch that was read last, or a part of it. */
    private final ByteBuffer header =
        ByteBuffer.allocate(BATCH_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** Whether the first record of that batch could be read, and the last one is still to come. */
    private boolean inBatch;

    private long lastSequence;

    Scanner(Changes changes) {
      this.changes = changes;
    }

    void readAll(FileChannel channel) throws IOException {
      for (long start = 0; start < channel.size(); start += BLOCK_BYTES) {
        read(channel, start);
        if (validBytes() < block.limit()) {
          inBatch = false;
        }
      }
    }

    LogFile scan(Path file, FileChannel channel) throws IOException {
      long start = 0;
      while (true) {
        read(channel, start);
        int valid = validBytes();
        if (valid < block.limit() || block.limit() < BLOCK_BYTES) {
          return new LogFile(file, channel.size(), start + valid, lastSequence);
        }
        start += BLOCK_BYTES;
      }
    }

    private void read(FileChannel channel, long start) throws IOException {
      block.clear();
      while (block.hasRemaining() && channel.read(block, start + block.position()) > 0) {
        // A read may return fewer bytes.
      }
      block.flip();
    }

    /** The end of the last valid record of the block; its size if all records are valid. */
    private int validBytes() {
      int at = 0;
      while (block.limit() - at >= HEADER_BYTES) {
        int length = block.getShort(at + LENGTH_AT) & 0xffff;
        int type = block.get(at + TYPE_AT);
        if (type == 0 && length == 0) {
          // Space that was allocated ahead and not written.
          return isZero(at) ? block.limit() : at;
        }
        boolean recycled =
            (type >= RECYCLED_FULL && type <= RECYCLED_LAST) || type == RECYCLED_TIMESTAMP_SIZE;
        int payload = at + (recycled ? RECYCLED_HEADER_BYTES : HEADER_BYTES);
        int end = payload + length;
        if (end > block.limit() || block.getInt(at) != checksum(at + TYPE_AT, end)) {
          return at;
        }
        readSequence(recycled ? type - RECYCLED_FULL + FULL : type, payload, length);
        at = end;
      }
      // The rest of a whole block is padding.
      return block.limit() == BLOCK_BYTES ? BLOCK_BYTES : at;
    }

    /** Collects the header of a batch, which may be in several records. */
    private void readSequence(int type, int payload, int length) {
      if (type == FULL || type == FIRST) {
        header.clear();
        inBatch = true;
      }
      int more = Math.min(length, header.remaining());
      header.put(block.array(), payload, more);
      if ((type == FULL || type == LAST) && inBatch && !header.hasRemaining()) {
        long first = header.getLong(0);
        lastSequence = first + header.getInt(Long.BYTES) - 1;
        changes.batch(first, lastSequence);
        inBatch = false;
      }
    }

    private boolean isZero(int from) {
      for (int i = from; i < block.limit(); i++) {
        if (block.get(i) != 0) {
          return false;
        }
      }
      return true;
    }

    /** RocksDB masks CRC32C values, because logs may contain other CRC32C values. */
    private int checksum(int from, int to) {
      CRC32C checksum = new CRC32C();
      checksum.update(block.array(), from, to - from);
      return Integer.rotateRight((int) checksum.getValue(), MASK_SHIFT) + MASK_DELTA;
    }
  }
}
