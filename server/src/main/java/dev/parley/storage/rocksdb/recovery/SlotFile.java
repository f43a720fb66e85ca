package dev.parley.storage.rocksdb.recovery;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A few numbers in a file that survive an interrupted write. Two slots are written in turn, each
 * with a checksum, so that one of them is always complete.
 *
 * <p>Writes use {@link RandomAccessFile}: it writes all bytes, and an interrupt of the calling
 * thread does not close it.
 */
final class SlotFile implements AutoCloseable {
  /** Slots are in different disk sectors. */
  private static final int SLOT_DISTANCE = 4096;

  private static final int SLOTS = 2;

  private final RandomAccessFile file;
  private final int firstSlot;
  private final ByteBuffer slot;
  private int next;

  /**
   * Opens a file for writing, or creates it.
   *
   * @param pair which pair of slots of the file to use, from 0
   * @param count how many numbers a slot has
   */
  SlotFile(Path path, int pair, int count) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
    firstSlot = pair * SLOTS;
    slot = ByteBuffer.allocate(bytes(count));
    long[] first = readSlot(file, (long) firstSlot * SLOT_DISTANCE, count);
    long[] second = readSlot(file, (long) (firstSlot + 1) * SLOT_DISTANCE, count);
    boolean secondIsOlder = first != null && (second == null || Arrays.compare(second, first) < 0);
    next = secondIsOlder ? 1 : 0;
  }

  /** Writes to the older slot. Does not sync. */
  synchronized void write(long... numbers) throws IOException {
    slot.clear();
    for (long number : numbers) {
      slot.putLong(number);
    }
    slot.putInt(checksum(slot));
    file.seek((long) (firstSlot + next) * SLOT_DISTANCE);
    file.write(slot.array());
    next = (next + 1) % SLOTS;
  }

  /** Waits until everything that was written is on disk. */
  void sync() throws IOException {
    file.getFD().sync();
  }

  /** Reads the greater slot, compared number by number. Returns null if no slot is valid. */
  static long @Nullable [] read(Path path, int pair, int count) throws IOException {
    long[] newest = null;
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      for (int i = 0; i < SLOTS; i++) {
        long[] numbers = readSlot(file, (long) (pair * SLOTS + i) * SLOT_DISTANCE, count);
        if (numbers != null && (newest == null || Arrays.compare(numbers, newest) > 0)) {
          newest = numbers;
        }
      }
    }
    return newest;
  }

  /** Whether the file is long enough for a complete slot of a pair. */
  static boolean isWritten(Path path, int pair) {
    return path.toFile().length() > (long) pair * SLOTS * SLOT_DISTANCE;
  }

  private static long @Nullable [] readSlot(RandomAccessFile file, long at, int count)
      throws IOException {
    if (file.length() < at + bytes(count)) {
      return null;
    }
    ByteBuffer slot = ByteBuffer.allocate(bytes(count));
    file.seek(at);
    file.readFully(slot.array());
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = slot.getLong();
    }
    return slot.getInt() == checksum(slot) ? numbers : null;
  }

  private static int bytes(int count) {
    return count * Long.BYTES + Integer.BYTES;
  }

  private static int checksum(ByteBuffer slot) {
    CRC32C checksum = new CRC32C();
    checksum.update(slot.array(), 0, slot.capacity() - Integer.BYTES);
    return (int) checksum.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
