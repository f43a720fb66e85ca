package dev.parley.auth;

import java.util.Set;
import java.util.stream.Collectors;

/** The scopes that RPCs require and credentials hold. */
public final class Scope {
  /** Reads sessions of an agent. Every agent key holds it. */
  public static final String AGENT_READ = "agent:read";

  /** Changes, archives and deletes sessions of an agent. */
  public static final String AGENT_MANAGE = "agent:manage";

  /** Creates sessions and runs, and appends messages. */
  public static final String CHAT = "chat";

  /** Held only by master keys and the root key. It cannot be granted to a key. */
  public static final String OWNER = "owner";

  /** Held only by the root key. It cannot be granted to a key. */
  public static final String OPERATOR = "operator";

  /** Reads sessions over the Foundry API. Keys with {@link #AGENT_READ} also hold it. */
  public static final String AIP_AGENTS_READ = "api:aip-agents-read";

  /** All other RPCs of the Foundry API. Keys with {@link #AGENT_MANAGE} also hold it. */
  public static final String AIP_AGENTS_WRITE = "api:aip-agents-write";

  /**
   * The scopes that an agent key can be granted. No RPC requires {@code channels} and {@code files}
   * yet, but keys of the Guayaba API can have them.
   */
  public static final Set<String> GRANTABLE =
      Set.of(
          AGENT_READ, AGENT_MANAGE, CHAT, "channels", "files", AIP_AGENTS_READ, AIP_AGENTS_WRITE);

  private static final Set<String> SESSION_SCOPES = Set.of(AGENT_READ, AGENT_MANAGE, CHAT);

  private Scope() {}

  /** Whether an RPC may require the scope. */
  public static boolean isKnown(String scope) {
    return scope.equals(OWNER) || scope.equals(OPERATOR) || GRANTABLE.contains(scope);
  }

  /** Whether an agent key with these scopes holds {@code required}. */
  static boolean keyHolds(Set<String> scopes, String required) {
    return scopes.contains(required)
        || (required.equals(AIP_AGENTS_READ) && scopes.contains(AGENT_READ))
        || (required.equals(AIP_AGENTS_WRITE) && scopes.contains(AGENT_MANAGE));
  }

  /**
   * Whether a user token with these scopes holds {@code required}. A token without any known scope
   * holds the scopes of sessions, because many issuers do not know Parley. It does not hold the
   * scopes of the Foundry API. A token with known scopes holds only these. Its Foundry scopes also
   * count as {@link #AGENT_READ} and {@link #AGENT_MANAGE}.
   */
  static boolean userHolds(Set<String> scopes, String required) {
    Set<String> known = scopes.stream().filter(GRANTABLE::contains).collect(Collectors.toSet());
    if (known.isEmpty()) {
      return SESSION_SCOPES.contains(required);
    }
    return keyHolds(known, required)
        || (required.equals(AGENT_READ) && known.contains(AIP_AGENTS_READ))
        || (required.equals(AGENT_MANAGE) && known.contains(AIP_AGENTS_WRITE));
  }
}
