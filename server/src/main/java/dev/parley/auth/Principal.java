package dev.parley.auth;

import dev.parley.model.SessionRef;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An authenticated identity and its permissions. */
public sealed interface Principal {
  /**
   * The name of the caller, which does not change when its key is rotated. Page tokens are bound to
   * it.
   */
  String identity();

  /** Whether the credential holds the scope. */
  boolean holds(String scope);

  /** The client that the credential was issued for; null if none. */
  @Nullable String client();

  /** The id of the API key; null for the root key and for user tokens. */
  default @Nullable UUID keyId() {
    return null;
  }

  /** The user whose sessions the caller is limited to; null if there is no such limit. */
  default @Nullable String user() {
    return null;
  }

  /** References a session by its id, limited to the sessions that this caller may see. */
  default SessionRef.ById byId(UUID agentId, UUID sessionId) {
    return new SessionRef.ById(agentId, sessionId, user());
  }

  /** References a session by its key, limited to the sessions that this caller may see. */
  default SessionRef.ByKey byKey(UUID agentId, String key) {
    return new SessionRef.ByKey(agentId, key, user());
  }

  /** The root key. It may access everything. */
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

  /**
   * The master key of an owner. It may access the owner's agents and holds every scope except
   * {@link Scope#OPERATOR}.
   */
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

  /** The key of an agent. It may access that agent, with the scopes of the key. */
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
   * A user with a token. The user may access their own sessions with the owner's agents.
   *
   * @param owner the owner
   * @param subject the user
   * @param client the application that the token was issued to
   * @param scopes the scopes in the token
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
