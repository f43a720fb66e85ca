package dev.parley.core;

import dev.parley.auth.Access;
import dev.parley.auth.Principal;
import org.jspecify.annotations.Nullable;

/** Which owner's things a list shows. */
final class Owners {
  private Owners() {}

  /**
   * The owner to list for: the one asked for, or a master's own; null for everybody's, which only
   * root may see.
   */
  static @Nullable String visible(Principal caller, @Nullable String asked) {
    String owner = asked;
    if ((owner == null || owner.isEmpty()) && caller instanceof Principal.Master master) {
      owner = master.owner();
    }
    if (owner == null || owner.isEmpty()) {
      return null;
    }
    Access.requireOwner(caller, owner);
    return owner;
  }
}
