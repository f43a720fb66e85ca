package dev.parley.storage.rules;

import dev.parley.model.Agent;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.Webhook;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Which fields an update may change, in all stores. */
public final class UpdateRules {
  private UpdateRules() {}

  /** Applies {@code change} to an agent. It may change the profile. */
  public static Agent apply(Agent before, UnaryOperator<Agent> change) {
    Agent after = change.apply(before);
    if (!after.equals(before.withProfile(after.profile()))) {
      throw new IllegalArgumentException("Only the profile may change.");
    }
    return after;
  }

  /** Applies {@code change} to a webhook. It must not change the id, owner and create time. */
  public static Webhook apply(Webhook before, UnaryOperator<Webhook> change) {
    Webhook after = change.apply(before);
    if (!after.webhookId().equals(before.webhookId())
        || !after.owner().equals(before.owner())
        || !after.createTime().equals(before.createTime())) {
      throw new IllegalArgumentException("The id, the owner and the create time must not change.");
    }
    return after;
  }

  /**
   * Applies {@code change} to a session. It may change the profile, and the archive time if the
   * change is audited.
   */
  public static Session apply(
      Session before, UnaryOperator<Session> change, @Nullable AuditContext audit) {
    Session after = change.apply(before);
    Session changeable =
        new Session(
            before.agentId(),
            before.sessionId(),
            before.key(),
            after.profile(),
            before.createTime(),
            before.updateTime(),
            before.counts(),
            audit == null ? before.archiveTime() : after.archiveTime(),
            after.revision(),
            before.leases());
    if (!after.equals(changeable)) {
      throw new IllegalArgumentException(
          "Only the profile may change, and the archive time if the update is audited.");
    }
    return after;
  }

  /**
   * Applies {@code change} to a run. It may change the report and the times, move the state
   * forward, and renew or end the lease.
   */
  public static Run apply(Run before, UnaryOperator<Run> change) {
    Run after = change.apply(before);
    Run changeable =
        new Run(
            before.agentId(),
            before.sessionId(),
            before.runId(),
            before.number(),
            after.state(),
            after.report(),
            before.contextBytes(),
            before.createTime(),
            after.startTime(),
            after.endTime(),
            after.lease());
    if (!after.equals(changeable)
        || !before.state().mayBecome(after.state())
        || !LeaseRules.mayBecome(before.lease(), after.lease())) {
      throw new IllegalArgumentException(
          "Only the report and the expire time of the lease may change, and the state may move"
              + " forward.");
    }
    return after;
  }

  /** Checks that a session is new. */
  public static Session requireNew(Session session) {
    if (session.isArchived() || session.headSequence() != 0) {
      throw new IllegalArgumentException("A new session must be active and have no messages.");
    }
    return session;
  }
}
