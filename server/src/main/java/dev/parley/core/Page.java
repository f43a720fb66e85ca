package dev.parley.core;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items what is on it
 * @param nextToken for the next page; null on the last
 */
public record Page<T>(List<T> items, @Nullable String nextToken) {

  /**
   * The most bytes of the items of a page, as their {@code bytes()} count them. So a page takes at
   * most 3.5 MiB as protobuf; gRPC clients take 4 MiB by default.
   */
  static final long BYTES_MAX = 3L << 20;

  /**
   * Cuts {@code rows}, read with one more than fits, to a page.
   *
   * @param bytesOf how much of {@link #BYTES_MAX} an item takes; the first one fits whatever it
   *     takes
   */
  static <T> Page<T> of(
      List<T> rows, PageRequest request, ToIntFunction<T> bytesOf, Function<T, String> tokenAfter) {
    int count = 0;
    long bytes = 0;
    while (count < Math.min(rows.size(), request.size())) {
      bytes += bytesOf.applyAsInt(rows.get(count));
      if (bytes > BYTES_MAX && count > 0) {
        break;
      }
      count++;
    }
    if (count == rows.size()) {
      return new Page<>(rows, null);
    }
    return new Page<>(rows.subList(0, count), tokenAfter.apply(rows.get(count - 1)));
  }
}
