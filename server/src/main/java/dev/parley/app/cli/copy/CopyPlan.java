package dev.parley.app.cli.copy;

import dev.parley.config.ConfigException;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Session;
import dev.parley.storage.transfer.TransferableStore;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * What to copy, computed before anything is written. Rejects a target with data that the copy would
 * overwrite: items that the source does not have, and sessions that are newer than in the source.
 *
 * @param directory the agents and keys of the source
 * @param sessions the number of sessions in the source
 * @param outdated the agents whose sessions in the target differ from the source
 */
record CopyPlan(AgentsAndKeys directory, long sessions, Set<UUID> outdated) {

  static CopyPlan of(TransferableStore source, TransferableStore target) {
    AgentsAndKeys directory = AgentsAndKeys.of(source);
    AgentsAndKeys inTarget = AgentsAndKeys.of(target);
    inTarget.agents().values().forEach(agent -> requireKnown(directory, agent));
    inTarget.keys().values().forEach(key -> requireKnown(directory, key));
    long sessions = 0;
    Set<UUID> outdated = new HashSet<>();
    for (UUID agentId : directory.agents().keySet()) {
      SessionPairs pairs = new SessionPairs(source.transfer(), target.transfer(), agentId);
      for (SessionPairs.Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
        sessions++;
        if (pair.target() != null && !pair.isEqual()) {
          requireBehind(pair, pair.target());
          outdated.add(agentId);
        }
      }
    }
    AuditPairs entries = new AuditPairs(source, target);
    for (AuditPairs.Pair pair = entries.next(); pair != null; pair = entries.next()) {
      if (pair.target() != null && !pair.isEqual()) {
        throw refused(pair.name() + ", which the source does not have");
      }
    }
    return new CopyPlan(directory, sessions, outdated);
  }

  private static void requireKnown(AgentsAndKeys source, Agent agent) {
    Agent known = source.agents().get(agent.agentId());
    if (known == null) {
      throw refused("agent " + agent.agentId() + ", which the source does not have");
    }
    if (!known.equalsExceptProfile(agent)) {
      throw refused("agent " + agent.agentId() + ", which is different in the source");
    }
  }

  private static void requireKnown(AgentsAndKeys source, ApiKey key) {
    ApiKey known = source.keys().get(key.keyId());
    if (known == null) {
      throw refused("API key " + key.keyId() + ", which the source does not have");
    }
    if (!known.secretHash().equals(key.secretHash())) {
      throw refused("API key " + key.keyId() + ", which is different in the source");
    }
    if (key.revokeTime() != null && known.revokeTime() == null) {
      throw refused("API key " + key.keyId() + ", which is revoked, but not in the source");
    }
  }

  private static void requireBehind(SessionPairs.Pair pair, Session target) {
    String name = "session " + target.sessionId() + " of agent " + target.agentId();
    Session source = pair.source();
    if (source == null) {
      throw refused(name + ", which the source does not have");
    }
    if (target.headSequence() > source.headSequence()
        || target.counts().deletedCount() > source.counts().deletedCount()
        || target.runCount() > source.runCount()
        || target.revision() > source.revision()) {
      throw refused(name + ", which is newer than in the source");
    }
  }

  private static ConfigException refused(String what) {
    return new ConfigException("The target contains " + what + ". Nothing was copied.");
  }
}
