package dev.parley.storage.rocksdb.read;

import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;

/** Several lists of index entries read as one. */
final class MergingCursor {
  private final PriorityQueue<IndexCursor> byNext =
      new PriorityQueue<>(Comparator.comparing(list -> Objects.requireNonNull(list.peek())));

  /**
   * Reads lists.
   *
   * @param lists the prefixes of their entries
   * @param from the key at which to start in a list, of its prefix
   * @param wanted how many entries will probably be read of all lists together
   */
  MergingCursor(Scan scan, List<byte[]> lists, UnaryOperator<byte[]> from, int wanted) {
    for (byte[] list : lists) {
      add(new IndexCursor(scan, list, from.apply(list), wanted / lists.size()));
    }
  }

  private void add(IndexCursor list) {
    if (list.peek() != null) {
      byNext.add(list);
    }
  }

  /** The next places, at most so many; none at the end. */
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
