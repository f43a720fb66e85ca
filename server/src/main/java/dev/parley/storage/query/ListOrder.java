package dev.parley.storage.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Session;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;

/** The orders that all stores use in lists. */
public final class ListOrder {
  /** Ids as unsigned numbers. {@link UUID#compareTo} compares the halves as signed numbers. */
  public static final Comparator<UUID> BY_ID =
      Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
          .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

  /** Text by code point, which is the order of UTF-8 bytes but not of {@code String}. */
  public static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  /** Active sessions, most recently updated first. */
  public static final Comparator<Session> NEWEST_FIRST =
      Comparator.comparing(Session::updateTime, Comparator.reverseOrder())
          .thenComparing(Session::sessionId, BY_ID);

  private ListOrder() {}
}
