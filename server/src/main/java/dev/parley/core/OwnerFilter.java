package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Principal;
import org.jspecify.annotations.Nullable;

/** Which owner's things a list shows. */
final class OwnerFilter {
  private OwnerFilter() {}

  /**
   * The owner to list for: the one asked for, or the caller's own; null for everybody's, which only
   * root may see.
   */
  static @Nullable String visible(Principal caller, @Nullable String asked) {
    if (asked == null || asked.isEmpty()) {
      return Authorizer.ownerOf(caller);
    }
    Authorizer.requireOwner(caller, asked);
    return asked;
  }
}
