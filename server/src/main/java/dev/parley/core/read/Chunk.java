package dev.parley.core.read;

import java.util.List;

/**
 * A part of a list.
 *
 * @param items the items in the order of the list; not empty unless the list is empty
 * @param last whether this is the last chunk
 */
public record Chunk<T>(List<T> items, boolean last) {
  /** The approximate size of a chunk in bytes, as stored. A larger item is a chunk of its own. */
  public static final long BYTES = 256 * 1024;

  public Chunk {
    items = List.copyOf(items);
  }
}
