package dev.parley.core;

import java.util.List;

/**
 * A part of a list.
 *
 * @param items the items in the order of the list; at least one, unless the list is empty
 * @param last whether no items follow
 */
public record Chunk<T>(List<T> items, boolean last) {
  /** What the items of a chunk take, in bytes as stored, more or less: a larger item is a chunk. */
  static final long BYTES = 256 * 1024;

  public Chunk {
    items = List.copyOf(items);
  }
}
