package dev.parley.storage.run;

import dev.parley.model.Run;
import dev.parley.storage.query.SessionFilter;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of the runs of one or several agents, in the order {@link
 * RunPosition#NEWEST_FIRST}.
 *
 * @param agentId only runs of this agent; null for all agents
 * @param owner only runs of this owner's agents; null for all owners
 * @param states the stored states of the runs, at least one
 * @param after only runs after this position; null to start at the first
 * @param limit the page size, at least 1
 * @param bytesMax the page ends with the run that makes its total {@link Run#bytes} exceed this
 *     limit
 */
public record AgentRunQuery(
    @Nullable UUID agentId,
    @Nullable String owner,
    Set<Run.State> states,
    @Nullable RunPosition after,
    int limit,
    long bytesMax) {

  public AgentRunQuery {
    if (states.isEmpty()) {
      throw new IllegalArgumentException("A list of runs requires a state.");
    }
    states = Set.copyOf(states);
  }

  /** The filter for the sessions of the agents. */
  public SessionFilter agents() {
    return new SessionFilter(agentId, owner, null, null);
  }
}
