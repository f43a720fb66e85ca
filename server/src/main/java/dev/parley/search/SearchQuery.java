package dev.parley.search;

import dev.parley.model.Role;
import dev.parley.search.text.TextQuery;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a search.
 *
 * @param text what the messages must contain
 * @param scope the sessions to search
 * @param roles only messages with these roles
 * @param from only messages that were stored at this time or later; null for no limit
 * @param until only messages that were stored before this time; null for no limit
 * @param order the order of the hits
 * @param after only hits after this position; null to start at the first
 * @param limit the maximum number of hits, at least 1
 */
public record SearchQuery(
    TextQuery text,
    Scope scope,
    Set<Role> roles,
    @Nullable Instant from,
    @Nullable Instant until,
    SearchOrder order,
    SearchHit.@Nullable Position after,
    int limit) {

  /**
   * The sessions to search. A null field does not limit them.
   *
   * @param agentId only sessions of this agent
   * @param owner only sessions of this owner's agents
   * @param user only sessions of this user
   * @param sessionId only this session
   */
  public record Scope(
      @Nullable UUID agentId,
      @Nullable String owner,
      @Nullable String user,
      @Nullable UUID sessionId) {}
}
