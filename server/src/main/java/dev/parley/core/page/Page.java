package dev.parley.core.page;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items the items of the page
 * @param nextToken the token of the next page; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextToken) {

  /**
   * The maximum size of the items of a page in bytes, as their {@code bytes()} methods count them.
   * A page then takes at most 3.5 MiB as protobuf. The default message limit of gRPC clients is 4
   * MiB.
   */
  public static final long BYTES_MAX = 3L << 20;

  /**
   * Truncates {@code rows} to a page. The rows contain one more row than the page size if another
   * page follows.
   *
   * @param bytesOf the size of an item in bytes; a page ends at {@link #BYTES_MAX}, but contains at
   *     least one item
   */
  public static <T> Page<T> of(
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
