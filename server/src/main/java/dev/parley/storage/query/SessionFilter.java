package dev.parley.storage.query;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A filter for sessions. A null field matches all sessions.
 *
 * @param agentId only sessions of this agent
 * @param owner only sessions of this owner's agents
 * @param user only sessions of this user; requires {@code owner}, because user names are unique per
 *     owner
 * @param client only sessions that this client created
 */
public record SessionFilter(
    @Nullable UUID agentId,
    @Nullable String owner,
    @Nullable String user,
    @Nullable String client) {

  public SessionFilter {
    if (user != null && owner == null) {
      throw new IllegalArgumentException("A filter by user requires an owner.");
    }
  }

  /** All sessions of one agent. */
  public static SessionFilter ofAgent(UUID agentId) {
    return new SessionFilter(agentId, null, null, null);
  }
}
