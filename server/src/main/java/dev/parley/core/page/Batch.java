package dev.parley.core.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The result of a batch get. All lists are in the order of the request.
 *
 * @param items the items that were found
 * @param missing the ids that do not exist
 * @param remaining the ids that did not fit into the result
 */
public record Batch<K, T>(List<T> items, List<K> missing, List<K> remaining) {

  /**
   * Sorts what was found into a result.
   *
   * @param ids the requested ids; repeated ids count once
   * @param found the items by id
   * @param incomplete whether ids that are not in {@code found} may exist
   */
  public static <K, T> Batch<K, T> of(List<K> ids, Map<K, T> found, boolean incomplete) {
    List<T> items = new ArrayList<>();
    List<K> absent = new ArrayList<>();
    for (K id : new LinkedHashSet<>(ids)) {
      @Nullable T item = found.get(id);
      if (item == null) {
        absent.add(id);
      } else {
        items.add(item);
      }
    }
    return new Batch<>(items, incomplete ? List.of() : absent, incomplete ? absent : List.of());
  }

  /** Moves the items after the first {@link Page#BYTES_MAX} bytes to the remaining ones. */
  public Batch<K, T> limited(ToIntFunction<T> bytesOf, Function<T, K> idOf) {
    int count = 0;
    long bytes = 0;
    while (count < items.size()) {
      bytes += bytesOf.applyAsInt(items.get(count));
      if (bytes > Page.BYTES_MAX && count > 0) {
        break;
      }
      count++;
    }
    List<K> others = items.subList(count, items.size()).stream().map(idOf).toList();
    return new Batch<>(items.subList(0, count), missing, others);
  }
}
