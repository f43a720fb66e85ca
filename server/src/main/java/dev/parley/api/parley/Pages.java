package dev.parley.api.parley;

import dev.parley.core.page.PageRequest;

/** Converts the page parameters of a request. */
final class Pages {
  private static final int SIZE_DEFAULT = 100;

  private Pages() {}

  static PageRequest request(int size, String token) {
    return new PageRequest(size == 0 ? SIZE_DEFAULT : size, NativeMapper.emptyToNull(token));
  }
}
