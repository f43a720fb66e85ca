package dev.parley.storage.postgres.sql;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ids in PostgreSQL's order, as unsigned numbers. */
public final class Ids {
  private Ids() {}

  /**
   * The smallest id greater than {@code id}; the smallest of all for null; null if there is none.
   */
  public static @Nullable UUID after(@Nullable UUID id) {
    if (id == null) {
      return new UUID(0, 0);
    }
    long low = id.getLeastSignificantBits() + 1;
    long high = id.getMostSignificantBits() + (low == 0 ? 1 : 0);
    return low == 0 && high == 0 ? null : new UUID(high, low);
  }
}
