package dev.parley.storage.rules;

import dev.parley.model.Agent;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.Store;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What callers of {@link Store} may change of what is stored, whichever store it is. */
public final class UpdateRules {
  private UpdateRules() {}

  /** What {@code change} makes of an agent: it may change the default ttl of sessions. */
  public static Agent apply(Agent before, UnaryOperator<Agent> change) {
    Agent after = change.apply(before);
    if (!after.equals(before.withDefaultSessionTtl(after.defaultSessionTtl()))) {
      throw new IllegalArgumentException("Only the default ttl may change.");
    }
    return after;
  }

  /**
   * What {@code change} makes of a session: it may change the profile, and the archive time if that
   * is an audit.
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
            before.headSequence(),
            before.spokenCount(),
            before.runCount(),
            audit == null ? before.archiveTime() : after.archiveTime(),
            after.revision());
    if (!after.equals(changeable)) {
      throw new IllegalArgumentException("Only the profile, and by an act the archive time, may.");
    }
    return after;
  }

  /** What {@code change} makes of a run: it may change report and times, and move the state on. */
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
            after.endTime());
    if (!after.equals(changeable) || !before.state().mayBecome(after.state())) {
      throw new IllegalArgumentException("Only report, and state forward, may change.");
    }
    return after;
  }

  /** A session that is to be added. */
  public static Session requireNew(Session session) {
    if (session.isArchived() || session.headSequence() != 0) {
      throw new IllegalArgumentException("A new session has no past.");
    }
    return session;
  }
}
