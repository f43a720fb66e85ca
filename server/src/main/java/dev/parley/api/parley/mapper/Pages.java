package dev.parley.api.parley.mapper;

import dev.parley.core.page.PageRequest;

/** Converts the page parameters of a request. */
public final class Pages {
  private static final int SIZE_DEFAULT = 100;
  private static final int SIZE_MAX = 1_000;

  private Pages() {}

  /** A page of at most {@link #SIZE_MAX} items. */
  public static PageRequest request(int size, String token) {
    return request(size, SIZE_MAX, token);
  }

  /**
   * A page of at most {@code max} items. Larger sizes are reduced, as AIP-158 says.
   *
   * @param size 0 for the default
   */
  public static PageRequest request(int size, int max, String token) {
    int items = size == 0 ? SIZE_DEFAULT : Math.min(size, max);
    return new PageRequest(items, NativeMapper.emptyToNull(token));
  }
}
