package dev.parley.storage.rocksdb.read;

import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;

/** Reads several indexes as one sorted list. */
final class MergingCursor {
  private final PriorityQueue<IndexCursor> byNext;

  /** Creates a cursor that reads forward. */
  MergingCursor(Scan scan, List<byte[]> lists, UnaryOperator<byte[]> from, int wanted) {
    this(scan, lists, false, from, wanted);
  }

  /**
   * Creates a cursor.
   *
   * @param lists the prefixes of the indexes
   * @param backward whether to read from the largest entry to the smallest
   * @param from returns the smallest key to read in an index, given its prefix; backward, the key
   *     after the largest key to read
   * @param wanted the expected number of entries to be read from all indexes together
   */
  MergingCursor(
      Scan scan, List<byte[]> lists, boolean backward, UnaryOperator<byte[]> from, int wanted) {
    Comparator<IndexCursor> byEntry =
        Comparator.comparing(list -> Objects.requireNonNull(list.peek()));
    byNext = new PriorityQueue<>(backward ? byEntry.reversed() : byEntry);
    for (byte[] list : lists) {
      add(new IndexCursor(scan, list, backward, from.apply(list), wanted / lists.size()));
    }
  }

  private void add(IndexCursor list) {
    if (list.peek() != null) {
      byNext.add(list);
    }
  }

  /** The next entries, at most {@code limit}; empty at the end. */
  List<IndexEntry> next(int limit) {
    List<IndexEntry> entries = new ArrayList<>();
    while (entries.size() < limit && !byNext.isEmpty()) {
      IndexCursor list = byNext.remove();
      entries.add(Objects.requireNonNull(list.peek()));
      list.pop();
      add(list);
    }
    return entries;
  }
}
