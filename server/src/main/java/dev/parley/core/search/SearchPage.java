package dev.parley.core.search;

import dev.parley.core.page.Page;
import java.time.Instant;

/**
 * A page of search results.
 *
 * @param results the results
 * @param indexedThrough all messages that were stored up to this time can be found
 */
public record SearchPage(Page<SearchResult> results, Instant indexedThrough) {}
