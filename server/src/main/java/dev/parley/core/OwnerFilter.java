package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Principal;
import org.jspecify.annotations.Nullable;

/** Determines the owner whose resources a list contains. */
public final class OwnerFilter {
  private OwnerFilter() {}

  /**
   * Returns the requested owner or, if none is requested, the caller's own. Returns null for all
   * owners, which only the root key may see. Fails with {@code OWNER_FORBIDDEN} if the caller may
   * not see the requested owner.
   */
  public static @Nullable String visible(Principal caller, @Nullable String requested) {
    if (requested == null || requested.isEmpty()) {
      return Authorizer.ownerOf(caller);
    }
    Authorizer.requireOwner(caller, requested);
    return requested;
  }
}
