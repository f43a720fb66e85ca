package dev.parley.storage.query;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose sessions are meant; null stands for "whoever's".
 *
 * @param agentId only this agent's
 * @param owner only those of this owner's agents
 * @param user only this user's; needs {@code owner}, as users are an owner's
 * @param client only those made by this client
 */
public record SessionFilter(
    @Nullable UUID agentId,
    @Nullable String owner,
    @Nullable String user,
    @Nullable String client) {

  public SessionFilter {
    if (user != null && owner == null) {
      throw new IllegalArgumentException("Users are an owner's.");
    }
  }

  /** All sessions of one agent. */
  public static SessionFilter ofAgent(UUID agentId) {
    return new SessionFilter(agentId, null, null, null);
  }
}
