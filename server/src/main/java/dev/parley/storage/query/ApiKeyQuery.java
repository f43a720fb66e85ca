package dev.parley.storage.query;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of API keys.
 *
 * @param owner only keys of this owner and of its agents; null for all
 * @param after only keys with a greater id; null to start at the first
 * @param limit the page size, at least 1
 */
public record ApiKeyQuery(@Nullable String owner, @Nullable UUID after, int limit) {}
