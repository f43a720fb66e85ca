package dev.parley.core.search;

import dev.parley.core.page.PageRequest;
import dev.parley.search.SearchOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search of messages.
 *
 * @param agentId searches only messages of this agent; null for all agents that the caller may see
 * @param query what the messages must contain, see {@link dev.parley.search.text.QueryParser}
 * @param filter the filter; empty for none
 * @param order the order of the results
 * @param page the page; at most {@link MessageSearch#PAGE_SIZE_MAX} results
 */
public record SearchRequest(
    @Nullable UUID agentId, String query, String filter, SearchOrder order, PageRequest page) {
  /** Identifies the list for its page tokens. */
  String name() {
    String agent = agentId == null ? "-" : agentId.toString();
    return "search/%s/%s/%d/%s/%s".formatted(agent, order, query.length(), query, filter);
  }
}
