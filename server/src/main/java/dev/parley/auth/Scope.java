package dev.parley.auth;

import java.util.Set;

/** The scopes that rpcs ask for and keys hold. */
public final class Scope {
  /** Reading an agent's sessions. Every agent key has it. */
  public static final String AGENT_READ = "agent:read";

  /** Managing an agent's sessions. */
  public static final String AGENT_MANAGE = "agent:manage";

  /** Writing conversations. */
  public static final String CHAT = "chat";

  /** What only an owner, or root, may do. No key can be given it. */
  public static final String OWNER = "owner";

  /**
   * What an agent key may be given. Nothing asks for {@code channels} and {@code files} yet:
   * clients of the Guayaba API may hold them.
   */
  public static final Set<String> GRANTABLE =
      Set.of(AGENT_READ, AGENT_MANAGE, CHAT, "channels", "files");

  private Scope() {}

  /** Whether an rpc may ask for it. */
  public static boolean isKnown(String scope) {
    return scope.equals(OWNER) || GRANTABLE.contains(scope);
  }
}
