package dev.parley.auth;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who calls, once the credential was found good. */
public sealed interface Principal {
  /** Names the caller across rotations of its key: what page tokens are bound to. */
  String identity();

  /** Whether its credential holds the scope. */
  boolean holds(String scope);

  /** The client that its credential was made for. */
  @Nullable String client();

  /** The holder of the root key: sees everything. */
  record Root() implements Principal {
    @Override
    public String identity() {
      return "root";
    }

    @Override
    public boolean holds(String scope) {
      return true;
    }

    @Override
    public @Nullable String client() {
      return null;
    }
  }

  /** The holder of an owner's master key: sees the owner's agents, with every scope. */
  record Master(String owner, @Nullable String client) implements Principal {
    @Override
    public String identity() {
      return "owner:" + owner;
    }

    @Override
    public boolean holds(String scope) {
      return true;
    }
  }

  /** The holder of an agent's key: sees that agent, with the scopes of the key. */
  record AgentHolder(UUID agentId, Set<String> scopes, @Nullable String client)
      implements Principal {
    @Override
    public String identity() {
      return "agent:" + agentId;
    }

    @Override
    public boolean holds(String scope) {
      return scopes.contains(scope);
    }
  }
}
