package dev.parley.auth;

import java.util.Set;
import java.util.stream.Collectors;

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

  /** What only root may do. No key can be given it. */
  public static final String OPERATOR = "operator";

  /** Reading sessions over the Foundry API. Keys with {@link #AGENT_READ} hold it, too. */
  public static final String AIP_AGENTS_READ = "api:aip-agents-read";

  /** All else over the Foundry API. Keys with {@link #AGENT_MANAGE} hold it, too. */
  public static final String AIP_AGENTS_WRITE = "api:aip-agents-write";

  /**
   * What an agent key may be given. Nothing asks for {@code channels} and {@code files} yet:
   * clients of the Guayaba API may hold them.
   */
  public static final Set<String> GRANTABLE =
      Set.of(
          AGENT_READ, AGENT_MANAGE, CHAT, "channels", "files", AIP_AGENTS_READ, AIP_AGENTS_WRITE);

  private static final Set<String> OF_SESSIONS = Set.of(AGENT_READ, AGENT_MANAGE, CHAT);

  private Scope() {}

  /** Whether an rpc may ask for it. */
  public static boolean isKnown(String scope) {
    return scope.equals(OWNER) || scope.equals(OPERATOR) || GRANTABLE.contains(scope);
  }

  /** Whether an agent key with these scopes holds {@code asked}. */
  static boolean keyHolds(Set<String> scopes, String asked) {
    return scopes.contains(asked)
        || (asked.equals(AIP_AGENTS_READ) && scopes.contains(AGENT_READ))
        || (asked.equals(AIP_AGENTS_WRITE) && scopes.contains(AGENT_MANAGE));
  }

  /**
   * Whether a user's token with these scopes holds {@code asked}. A token that names none of ours
   * may do everything with the user's own sessions but over the Foundry API: issuers that know
   * nothing of Parley name none. One that names some is held to them, and Foundry's count for what
   * they are elsewhere, too.
   */
  static boolean userHolds(Set<String> scopes, String asked) {
    Set<String> ours = scopes.stream().filter(GRANTABLE::contains).collect(Collectors.toSet());
    if (ours.isEmpty()) {
      return OF_SESSIONS.contains(asked);
    }
    return keyHolds(ours, asked)
        || (asked.equals(AGENT_READ) && ours.contains(AIP_AGENTS_READ))
        || (asked.equals(AGENT_MANAGE) && ours.contains(AIP_AGENTS_WRITE));
  }
}
