package dev.parley.model;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that holds conversations.
 *
 * @param agentId names it
 * @param owner who owns it, 1..255 characters
 * @param createTime when it was made, in microseconds
 */
public record Agent(UUID agentId, String owner, Instant createTime) {}
