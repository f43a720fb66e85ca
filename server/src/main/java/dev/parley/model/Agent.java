package dev.parley.model;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An agent. It owns sessions.
 *
 * @param agentId the id
 * @param owner the owner, 1..255 characters
 * @param createTime when the agent was created, in microseconds
 * @param defaultSessionTtl the TTL of new sessions whose expiry is unset, in microseconds; null for
 *     none
 */
public record Agent(
    UUID agentId, String owner, Instant createTime, @Nullable Duration defaultSessionTtl) {

  /** Whether the agents are equal except for their default TTL. */
  public boolean equalsExceptDefaultTtl(Agent other) {
    return other.withDefaultSessionTtl(defaultSessionTtl).equals(this);
  }

  /** Returns this agent with another default TTL for sessions; null for none. */
  public Agent withDefaultSessionTtl(@Nullable Duration ttl) {
    return new Agent(agentId, owner, createTime, ttl);
  }
}
