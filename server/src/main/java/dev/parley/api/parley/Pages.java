package dev.parley.api.parley;

import dev.parley.core.Page;

/** What a request says of the page that it wants. */
final class Pages {
  private static final int SIZE_DEFAULT = 100;

  private Pages() {}

  static Page.Request request(boolean hasSize, int size, String token) {
    return new Page.Request(hasSize ? size : SIZE_DEFAULT, NativeMapper.emptyToNull(token));
  }
}
