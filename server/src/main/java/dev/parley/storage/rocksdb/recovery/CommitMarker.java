package dev.parley.storage.rocksdb.recovery;

import dev.parley.storage.rocksdb.engine.CommitListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with the sequence number of the last commit. A database that opens with a lower number has
 * lost commits, for instance because its newest log file is missing.
 *
 * <p>The marker is written after each commit and is not synced: it survives the end of the process.
 * After a power failure it may be older than the database, never newer. Two slots are written in
 * turn, each with a checksum, so that one of them is always complete.
 */
public final class CommitMarker implements CommitListener {
  /** The name of the file in the data folder. */
  public static final String FILE = "last-commit";

  private static final Logger log = LoggerFactory.getLogger(CommitMarker.class);
  private static final int SLOTS = 2;
  private static final int SLOT_BYTES = Long.BYTES + Integer.BYTES;

  /** Slots are in different disk sectors. */
  private static final int SLOT_DISTANCE = 4096;

  private final FileChannel channel;
  private final ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
  private int next;
  private boolean failed;

  private CommitMarker(FileChannel channel) {
    this.channel = channel;
  }

  /** Opens the marker of a data folder for writing, or creates it. */
  public static CommitMarker open(Path dataFolder) throws IOException {
    return new CommitMarker(
        FileChannel.open(
            dataFolder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /**
   * Reads the sequence number of the last commit. Returns 0 if the file is missing or has no valid
   * slot.
   */
  public static long read(Path dataFolder) throws IOException {
    Path file = dataFolder.resolve(FILE);
    if (!Files.exists(file)) {
      return 0;
    }
    long sequence = 0;
    try (FileChannel channel = FileChannel.open(file)) {
      for (int i = 0; i < SLOTS; i++) {
        sequence = Math.max(sequence, read(channel, i));
      }
    }
    return sequence;
  }

  private static long read(FileChannel channel, int slot) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
    while (bytes.hasRemaining()
        && channel.read(bytes, (long) slot * SLOT_DISTANCE + bytes.position()) > 0) {
      // A read may return fewer bytes.
    }
    if (bytes.hasRemaining()) {
      return 0;
    }
    long sequence = bytes.getLong(0);
    return bytes.getInt(Long.BYTES) == checksum(bytes) ? sequence : 0;
  }

  @Override
  public void committed(long sequence) {
    slot.clear().putLong(0, sequence);
    slot.putInt(Long.BYTES, checksum(slot));
    try {
      channel.write(slot, (long) next * SLOT_DISTANCE);
      next = (next + 1) % SLOTS;
      failed = false;
    } catch (IOException e) {
      // The commit itself is durable. An old marker only detects less.
      if (!failed) {
        log.warn(
            "The file {} cannot be written: {}. Commits are not affected, but a lost log may not be"
                + " noticed at the next start.",
            FILE,
            e.getMessage());
      }
      failed = true;
    }
  }

  private static int checksum(ByteBuffer slot) {
    CRC32C checksum = new CRC32C();
    checksum.update(slot.array(), 0, Long.BYTES);
    return (int) checksum.getValue();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      log.warn("The file {} cannot be closed: {}", FILE, e.getMessage());
    }
  }
}
