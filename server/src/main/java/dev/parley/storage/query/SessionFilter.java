package dev.parley.storage.query;

import dev.parley.model.Session;
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
 * @param label only sessions with this label; cannot be combined with {@code user} or {@code
 *     client}, because no index has both
 */
public record SessionFilter(
    @Nullable UUID agentId,
    @Nullable String owner,
    @Nullable String user,
    @Nullable String client,
    @Nullable Label label) {

  /** The name and the value of a label. */
  public record Label(String name, String value) {}

  public SessionFilter {
    if (user != null && owner == null) {
      throw new IllegalArgumentException("A filter by user requires an owner.");
    }
    if (label != null && (user != null || client != null)) {
      throw new IllegalArgumentException("A filter by label cannot have a user or a client.");
    }
  }

  /** A filter without a label. */
  public SessionFilter(
      @Nullable UUID agentId,
      @Nullable String owner,
      @Nullable String user,
      @Nullable String client) {
    this(agentId, owner, user, client, null);
  }

  /** All sessions of one agent. */
  public static SessionFilter ofAgent(UUID agentId) {
    return new SessionFilter(agentId, null, null, null);
  }

  /** Whether a session has the user, the client and the label of this filter. */
  public boolean matchesProfile(Session.Profile profile) {
    return (user == null || user.equals(profile.user()))
        && (client == null || client.equals(profile.client()))
        && (label == null || label.value().equals(profile.labels().get(label.name())));
  }
}
