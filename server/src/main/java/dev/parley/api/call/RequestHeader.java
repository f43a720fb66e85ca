package dev.parley.api.call;

import org.jspecify.annotations.Nullable;

/** Reads the headers of a request. gRPC calls them metadata. */
@FunctionalInterface
public interface RequestHeader {
  /** The first value of the header with this lower-case name; null if it is absent. */
  @Nullable String get(String name);

  /** Whether the header is present. */
  default boolean contains(String name) {
    return get(name) != null;
  }
}
