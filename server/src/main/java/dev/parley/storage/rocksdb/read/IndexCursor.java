package dev.parley.storage.rocksdb.read;

import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one index, forward or backward, through a scan that it shares with other cursors. It reads
 * a few entries at a time, and more the further it is read.
 */
final class IndexCursor {
  private static final int LEAST = 4;
  private static final int MOST = 256;

  private final Scan scan;
  private final byte[] list;
  private final ArrayDeque<IndexEntry> ahead = new ArrayDeque<>();
  private final boolean backward;
  private byte[] from;
  private boolean ended;
  private int wanted;

  /**
   * Creates a cursor.
   *
   * @param list the prefix of the index
   * @param backward whether to read from the largest key to the smallest
   * @param from the smallest key to read; backward, the key after the largest key to read
   * @param wanted the expected number of entries to be read
   */
  IndexCursor(Scan scan, byte[] list, boolean backward, byte[] from, int wanted) {
    this.scan = scan;
    this.list = list;
    this.backward = backward;
    this.from = from;
    this.wanted = Math.max(LEAST, Math.min(wanted, MOST));
  }

  /** The next entry, without moving; null at the end. */
  @Nullable IndexEntry peek() {
    if (ahead.isEmpty() && !ended) {
      fill();
    }
    return ahead.peek();
  }

  /** Moves past the next entry. */
  void pop() {
    ahead.remove();
  }

  private void fill() {
    seek();
    while (scan.isValid() && ahead.size() < wanted) {
      byte[] key = scan.key();
      if (!startsWith(key, list)) {
        break;
      }
      ahead.add(new IndexEntry(list, key));
      if (backward) {
        scan.previous();
      } else {
        scan.next();
      }
    }
    ended = ahead.size() < wanted;
    if (!ended) {
      byte[] last = ahead.getLast().key();
      from = backward ? last : following(last);
      wanted = Math.min(2 * wanted, MOST);
    }
  }

  private void seek() {
    if (!backward) {
      scan.seek(from);
      return;
    }
    scan.seekBack(from);
    if (scan.isValid() && Arrays.equals(scan.key(), from)) {
      scan.previous();
    }
  }

  /** The smallest key above {@code key}. */
  static byte[] following(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
