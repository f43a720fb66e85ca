package dev.parley.app.cli.transcript.store;

import com.google.protobuf.Timestamp;
import dev.parley.app.cli.transcript.load.SessionTimes;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.transfer.TransferableStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives imported sessions the times of their files. The update time is kept if the store has newer
 * messages that are not from the import, or if the session would expire at once.
 */
public final class TimeRestorer {
  private static final int SESSIONS_AT_ONCE = 100;

  private final TransferableStore store;
  private final UUID agentId;
  private final Instant now;

  /** Restores times of the sessions of an agent. */
  public TimeRestorer(TransferableStore store, UUID agentId, Instant now) {
    this.store = store;
    this.agentId = agentId;
    this.now = now;
  }

  /** Changes the sessions. Returns how many kept the update time of the import. */
  public long restore(Map<String, SessionTimes.Imported> imported) {
    long kept = 0;
    List<Session> changed = new ArrayList<>();
    for (Map.Entry<String, SessionTimes.Imported> each : imported.entrySet()) {
      Session session =
          store
              .findSession(
                  new SessionRef.ById(agentId, UUID.fromString(each.getKey()), null),
                  Cancellation.NONE)
              .join()
              .orElse(null);
      if (session != null) {
        Session restored = restored(session, each.getValue());
        boolean keeps =
            each.getValue().updateTime() != null
                && restored.updateTime().equals(session.updateTime());
        kept += keeps ? 1 : 0;
        changed.add(restored);
      }
      if (changed.size() == SESSIONS_AT_ONCE) {
        put(changed);
      }
    }
    put(changed);
    return kept;
  }

  private void put(List<Session> sessions) {
    if (!sessions.isEmpty()) {
      int unused = store.transfer().putSessions(agentId, List.copyOf(sessions)).join();
      sessions.clear();
    }
  }

  private Session restored(Session session, SessionTimes.Imported times) {
    Instant create = earlier(session.createTime(), times.createTime());
    Instant update = session.updateTime();
    if (session.headSequence() <= times.messages() && !expires(session, times.updateTime())) {
      update = earlier(update, times.updateTime());
    }
    if (update.isBefore(create)) {
      create = update;
    }
    return new Session(
        session.agentId(),
        session.sessionId(),
        session.key(),
        session.profile(),
        create,
        update,
        session.counts(),
        session.archiveTime(),
        session.revision(),
        session.leases());
  }

  private boolean expires(Session session, @Nullable Timestamp update) {
    Expiry expiry = session.profile().expiry();
    Duration ttl = expiry.ttl();
    return ttl != null && update != null && !instant(update).plus(ttl).isAfter(now);
  }

  private static Instant earlier(Instant time, @Nullable Timestamp other) {
    return other == null || instant(other).isAfter(time) ? time : instant(other);
  }

  private static Instant instant(Timestamp time) {
    return Micros.truncate(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
  }
}
