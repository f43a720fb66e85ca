package dev.parley.core.page;

import org.jspecify.annotations.Nullable;

/**
 * A request for one page of a list.
 *
 * @param size the maximum number of items, at least 1
 * @param token the token of the previous page; null or empty for the first page
 */
public record PageRequest(int size, @Nullable String token) {
  /** The number of rows to read. The extra row shows whether another page follows. */
  public int readLimit() {
    return size + 1;
  }
}
