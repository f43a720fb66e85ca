package dev.parley.storage.rocksdb;

import dev.parley.model.Cursor;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One list of sessions, read through a scan that it shares with others: a few places at a time, and
 * more the further it is read.
 */
final class PlaceList {
  private static final int LEAST = 4;
  private static final int MOST = 256;

  private final Scan scan;
  private final byte[] list;
  private final ArrayDeque<Place> ahead = new ArrayDeque<>();
  private byte[] from;
  private boolean passOver;
  private boolean ended;
  private int wanted;

  /**
   * A list.
   *
   * @param list the prefix of its entries
   * @param after only what comes after this place; null for all
   * @param wanted how many places will probably be read
   */
  PlaceList(Scan scan, byte[] list, @Nullable Cursor after, int wanted) {
    this.scan = scan;
    this.list = list;
    this.wanted = Math.max(LEAST, Math.min(wanted, MOST));
    passOver = after != null;
    from = after == null ? list : Keys.place(list, after.time(), after.sessionId());
  }

  /** The next place, which stays next; null at the end. */
  @Nullable Place peek() {
    if (ahead.isEmpty() && !ended) {
      fill();
    }
    return ahead.peek();
  }

  /** Moves on to the place after the next. */
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
      if (!passOver || !startsWith(key, from)) {
        ahead.add(new Place(list, key));
      }
      scan.next();
    }
    ended = ahead.size() < wanted;
    passOver = true;
    if (!ended) {
      from = ahead.getLast().key();
      wanted = Math.min(2 * wanted, MOST);
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
