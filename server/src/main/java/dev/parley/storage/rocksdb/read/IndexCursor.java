package dev.parley.storage.rocksdb.read;

import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One list of index entries, read through a scan that it shares with others: a few entries at a
 * time, and more the further it is read.
 */
final class IndexCursor {
  private static final int LEAST = 4;
  private static final int MOST = 256;

  private final Scan scan;
  private final byte[] list;
  private final ArrayDeque<IndexEntry> ahead = new ArrayDeque<>();
  private byte[] from;
  private boolean ended;
  private int wanted;

  /**
   * A list.
   *
   * @param list the prefix of its entries
   * @param from only entries that are not below this key
   * @param wanted how many entries will probably be read
   */
  IndexCursor(Scan scan, byte[] list, byte[] from, int wanted) {
    this.scan = scan;
    this.list = list;
    this.from = from;
    this.wanted = Math.max(LEAST, Math.min(wanted, MOST));
  }

  /** The next entry, which stays next; null at the end. */
  @Nullable IndexEntry peek() {
    if (ahead.isEmpty() && !ended) {
      fill();
    }
    return ahead.peek();
  }

  /** Moves on to the entry after the next. */
  void pop() {
    ahead.remove();
  }

  private void fill() {
    scan.seek(from);
    while (scan.isValid() && ahead.size() < wanted) {
      byte[] key = scan.key();
      if (!startsWith(key, list)) {
        break;
      }
      ahead.add(new IndexEntry(list, key));
      scan.next();
    }
    ended = ahead.size() < wanted;
    if (!ended) {
      from = following(ahead.getLast().key());
      wanted = Math.min(2 * wanted, MOST);
    }
  }

  /** The least key above {@code key}. */
  static byte[] following(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
