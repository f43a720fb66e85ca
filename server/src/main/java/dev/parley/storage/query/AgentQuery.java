package dev.parley.storage.query;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of agents.
 *
 * @param owner only agents of this owner; null for all
 * @param after only agents with a greater id; null to start at the first
 * @param limit the page size, at least 1
 */
public record AgentQuery(@Nullable String owner, @Nullable UUID after, int limit) {}
