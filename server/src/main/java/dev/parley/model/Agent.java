package dev.parley.model;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that holds conversations.
 *
 * @param agentId names it
 * @param owner who owns it, 1..255 characters
 * @param createTime when it was made, in microseconds
 * @param defaultSessionTtl the ttl of sessions that are made from now on without a word of their
 *     expiry, in microseconds; null: none
 */
public record Agent(
    UUID agentId, String owner, Instant createTime, @Nullable Duration defaultSessionTtl) {

  /** Whether this is the same agent, whatever is its default ttl now. */
  public boolean isSame(Agent other) {
    return other.withDefaultSessionTtl(defaultSessionTtl).equals(this);
  }

  /** This agent with another default ttl for sessions; null for none. */
  public Agent withDefaultSessionTtl(@Nullable Duration ttl) {
    return new Agent(agentId, owner, createTime, ttl);
  }
}
