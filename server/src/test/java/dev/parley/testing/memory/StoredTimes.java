package dev.parley.testing.memory;

import static dev.parley.storage.rules.Micros.truncate;
import static dev.parley.storage.rules.Micros.truncateIfAny;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.rules.Micros;
import java.time.Duration;

/** Truncates all times of an entity to microseconds, as a store does. */
final class StoredTimes {
  private StoredTimes() {}

  static Agent of(Agent agent) {
    Duration ttl = agent.defaultSessionTtl();
    return new Agent(agent.agentId(), agent.owner(), truncate(agent.createTime()), agent.profile())
        .withDefaultSessionTtl(ttl == null ? null : Micros.toDuration(Micros.of(ttl)));
  }

  static ApiKey of(ApiKey key) {
    return new ApiKey(
        key.keyId(),
        key.secretHash(),
        key.owner(),
        key.agentId(),
        key.scopes(),
        key.client(),
        truncate(key.createTime()),
        truncateIfAny(key.expireTime()),
        truncateIfAny(key.revokeTime()),
        truncateIfAny(key.lastUseTime()));
  }

  static Session of(Session session) {
    return new Session(
        session.agentId(),
        session.sessionId(),
        session.key(),
        session.profile(),
        truncate(session.createTime()),
        truncate(session.updateTime()),
        session.counts(),
        truncateIfAny(session.archiveTime()),
        session.revision(),
        session.leases());
  }

  static Message of(Message message) {
    return new Message(
        message.sequence(),
        message.draft(),
        truncate(message.createTime()),
        truncateIfAny(message.deleteTime()));
  }

  static Run of(Run run) {
    return new Run(
        run.agentId(),
        run.sessionId(),
        run.runId(),
        run.number(),
        run.state(),
        run.report(),
        run.contextBytes(),
        truncate(run.createTime()),
        truncateIfAny(run.startTime()),
        truncateIfAny(run.endTime()),
        run.lease());
  }

  static AuditEntry of(AuditEntry entry) {
    return new AuditEntry(
        entry.entryId(), truncate(entry.time()), entry.action(), entry.actor(), entry.target());
  }
}
