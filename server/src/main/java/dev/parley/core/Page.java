package dev.parley.core;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items what is on it
 * @param nextToken for the next page; null on the last
 */
public record Page<T>(List<T> items, @Nullable String nextToken) {

  /**
   * What to ask for.
   *
   * @param size the most items, at least 1
   * @param token the token of the page before; null or empty for the first
   */
  public record Request(int size, @Nullable String token) {
    /** How many rows to read to learn whether another page follows. */
    int readLimit() {
      return size + 1;
    }
  }

  /** Cuts {@code rows}, read with one more than fits, to a page. */
  static <T> Page<T> of(List<T> rows, Request request, Function<T, String> tokenAfter) {
    if (rows.size() <= request.size()) {
      return new Page<>(rows, null);
    }
    List<T> items = rows.subList(0, request.size());
    return new Page<>(items, tokenAfter.apply(items.get(items.size() - 1)));
  }
}
