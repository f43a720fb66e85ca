package dev.parley.storage.query;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which keys to list.
 *
 * @param owner only those of this owner and its agents; null for everybody's
 * @param after only those with a greater id; null to start from the first
 * @param limit the most to list, at least 1
 */
public record ApiKeyQuery(@Nullable String owner, @Nullable UUID after, int limit) {}
