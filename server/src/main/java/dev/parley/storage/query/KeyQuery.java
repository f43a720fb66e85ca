package dev.parley.storage.query;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of the keys of active sessions, ordered by code point.
 *
 * @param filter the sessions whose keys are listed; without a label
 * @param after only keys after this key; null to start at the first
 * @param limit the page size, at least 1
 * @param bytesMax the page ends with the key that makes its total size in UTF-8 exceed this limit
 */
public record KeyQuery(SessionFilter filter, @Nullable String after, int limit, long bytesMax) {
  public KeyQuery {
    if (filter.label() != null) {
      throw new IllegalArgumentException("Keys are not indexed by label.");
    }
  }
}
