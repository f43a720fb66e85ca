package dev.parley.storage.rocksdb.cache;

import dev.parley.storage.query.ListOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Entities by id, as an unsigned number, with one index for all and one per owner. Listing costs as
 * much as the number of entities returned. Not thread-safe.
 *
 * @param <T> the type of the entities
 */
final class OwnerIndexedMap<T> {
  private final NavigableMap<UUID, T> all = new TreeMap<>(ListOrder.BY_ID);
  private final Map<String, NavigableMap<UUID, T>> byOwner = new HashMap<>();

  @Nullable T get(UUID id) {
    return all.get(id);
  }

  void put(UUID id, String owner, T thing) {
    all.put(id, thing);
    byOwner.computeIfAbsent(owner, o -> new TreeMap<>(ListOrder.BY_ID)).put(id, thing);
  }

  void remove(UUID id, String owner) {
    all.remove(id);
    byOwner.computeIfPresent(
        owner,
        (o, things) -> {
          things.remove(id);
          return things.isEmpty() ? null : things;
        });
  }

  List<T> list(@Nullable String owner, @Nullable UUID after, int limit) {
    NavigableMap<UUID, T> things =
        owner == null ? all : byOwner.getOrDefault(owner, new TreeMap<>(ListOrder.BY_ID));
    NavigableMap<UUID, T> rest = after == null ? things : things.tailMap(after, false);
    return rest.values().stream().limit(limit).toList();
  }
}
