package dev.parley.api.parley;

import dev.parley.core.Page;

/** The page that a request asks for. */
final class Pages {
  private static final int SIZE_DEFAULT = 100;

  private Pages() {}

  static Page.Request request(int size, String token) {
    return new Page.Request(size == 0 ? SIZE_DEFAULT : size, NativeMapper.emptyToNull(token));
  }
}
