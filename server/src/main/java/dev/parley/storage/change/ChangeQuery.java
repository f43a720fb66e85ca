package dev.parley.storage.change;

import java.util.Set;
import java.util.UUID;

/**
 * The parameters of a read of the change log.
 *
 * @param agentIds the agents whose changes are listed; unknown agents have no changes
 * @param after only changes after this position
 * @param limit the page size, at least 1
 */
public record ChangeQuery(Set<UUID> agentIds, ChangePosition after, int limit) {

  public ChangeQuery {
    agentIds = Set.copyOf(agentIds);
    if (limit < 1) {
      throw new IllegalArgumentException("The limit must be at least 1.");
    }
  }
}
