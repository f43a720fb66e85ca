package dev.parley.auth;

import dev.parley.model.SessionRef;
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

  /** The id of the key that it showed; null for the root key and for users' tokens. */
  default @Nullable UUID keyId() {
    return null;
  }

  /** The user whose sessions alone it sees; null: not bound to a user. */
  default @Nullable String user() {
    return null;
  }

  /** Names a session by its id, as far as this caller may see it. */
  default SessionRef.ById byId(UUID agentId, UUID sessionId) {
    return new SessionRef.ById(agentId, sessionId, user());
  }

  /** Names a session by its key, as far as this caller may see it. */
  default SessionRef.ByKey byKey(UUID agentId, String key) {
    return new SessionRef.ByKey(agentId, key, user());
  }

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

  /** The holder of an owner's master key: sees the owner's agents, with every scope but root's. */
  record Master(String owner, @Nullable String client, @Nullable UUID keyId) implements Principal {
    @Override
    public String identity() {
      return "owner:" + owner;
    }

    @Override
    public boolean holds(String scope) {
      return !scope.equals(Scope.OPERATOR);
    }
  }

  /** The holder of an agent's key: sees that agent, with the scopes of the key. */
  record AgentHolder(
      UUID agentId, Set<String> scopes, @Nullable String client, @Nullable UUID keyId)
      implements Principal {
    @Override
    public String identity() {
      return "agent:" + agentId;
    }

    @Override
    public boolean holds(String scope) {
      return Scope.keyHolds(scopes, scope);
    }
  }

  /**
   * A person with a token of somebody whom an owner trusts: sees the sessions of the owner's agents
   * whose user it is.
   *
   * @param owner the owner
   * @param subject the user
   * @param client the application that the token was issued to
   * @param scopes those that the token names
   */
  record User(String owner, String subject, @Nullable String client, Set<String> scopes)
      implements Principal {
    @Override
    public String identity() {
      return "user:" + owner.length() + ":" + owner + ":" + subject;
    }

    @Override
    public boolean holds(String scope) {
      return Scope.userHolds(scopes, scope);
    }

    @Override
    public String user() {
      return subject;
    }
  }
}
