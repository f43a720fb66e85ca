package dev.parley.app.cli.copy;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.parley.app.cli.console.Progress;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.transfer.StoredRun;
import dev.parley.storage.transfer.TransferableStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Copies one store into another. Items that the target already has are skipped, so an interrupted
 * copy can be continued.
 */
final class StoreCopier {
  private static final int GROUPS_UNDER_WAY = 6;
  private static final int AT_ONCE = 256;

  private final TransferableStore source;
  private final TransferableStore target;
  private final Progress progress;
  private final SessionReader contents;
  private final AtomicLong messages = new AtomicLong();
  private long copied;
  private long skipped;
  private long runs;

  private StoreCopier(TransferableStore source, TransferableStore target, Progress progress) {
    this.source = source;
    this.target = target;
    this.progress = progress;
    contents = new SessionReader(source);
  }

  /**
   * The result of a copy.
   *
   * @param sessions the number of copied sessions
   * @param skipped the number of sessions that the target already had
   * @param messages the number of copied messages
   * @param runs the number of copied runs
   */
  public record Done(long sessions, long skipped, long messages, long runs) {}

  /**
   * Copies everything in {@code source}.
   *
   * @throws dev.parley.config.ConfigException if the target would lose data; nothing was written
   */
  public static Done run(TransferableStore source, TransferableStore target, Progress progress) {
    CopyPlan plan = CopyPlan.of(source, target);
    progress.expect(plan.sessions());
    return new StoreCopier(source, target, progress).copy(plan);
  }

  private Done copy(CopyPlan plan) {
    for (Agent agent : plan.directory().agents().values()) {
      var put = FutureResults.of(target.transfer().putAgent(agent));
    }
    putKeys(List.copyOf(plan.directory().keys().values()));
    // First, because a key may have moved from one session to another.
    plan.outdated().forEach(this::removeOutdated);
    try (BoundedExecutor<List<Session>> executor =
        new BoundedExecutor<>(GROUPS_UNDER_WAY, this::count)) {
      for (UUID agentId : plan.directory().agents().keySet()) {
        copySessions(agentId, executor);
      }
      executor.finish();
    }
    copyAuditLog();
    return new Done(copied, skipped, messages.get(), runs);
  }

  private void putKeys(List<ApiKey> keys) {
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      List<ApiKey> some = keys.subList(from, Math.min(from + AT_ONCE, keys.size()));
      var put = FutureResults.of(target.transfer().putApiKeys(some));
    }
  }

  private void copyAuditLog() {
    AuditPairs pairs = new AuditPairs(source, target);
    List<AuditEntry> missing = new ArrayList<>();
    for (AuditPairs.Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
      if (pair.source() != null && pair.target() == null) {
        missing.add(pair.source());
      }
      if (missing.size() == AT_ONCE) {
        var put = FutureResults.of(target.transfer().putAuditEntries(missing));
        missing = new ArrayList<>();
      }
    }
    if (!missing.isEmpty()) {
      var put = FutureResults.of(target.transfer().putAuditEntries(missing));
    }
  }

  private void removeOutdated(UUID agentId) {
    SessionPairs pairs = new SessionPairs(source.transfer(), target.transfer(), agentId);
    Set<UUID> outdated = new HashSet<>();
    for (SessionPairs.Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
      if (pair.target() != null && !pair.isEqual()) {
        outdated.add(pair.target().sessionId());
      }
      if (outdated.size() == AT_ONCE) {
        remove(agentId, outdated);
        outdated = new HashSet<>();
      }
    }
    remove(agentId, outdated);
  }

  private void remove(UUID agentId, Set<UUID> sessionIds) {
    if (!sessionIds.isEmpty()) {
      var removed = FutureResults.of(target.transfer().removeSessions(agentId, sessionIds));
    }
  }

  private void copySessions(UUID agentId, BoundedExecutor<List<Session>> executor) {
    SessionPairs pairs = new SessionPairs(source.transfer(), target.transfer(), agentId);
    SessionGroup group = newGroup(agentId);
    for (SessionPairs.Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
      if (pair.isEqual()) {
        skipped++;
        progress.sessions(1);
        refreshRuns(pair.source(), executor);
      } else if (pair.source() != null) {
        group.add(pair.source());
      }
      if (group.isFull()) {
        executor.submit(group::copy);
        group = newGroup(agentId);
      }
    }
    if (!group.isEmpty()) {
      executor.submit(group::copy);
    }
  }

  /** Copies runs that changed without their session. Newer runs in the target are kept. */
  private void refreshRuns(@Nullable Session session, BoundedExecutor<List<Session>> executor) {
    if (session != null && session.runCount() > 0) {
      executor.submit(
          () -> {
            contents.runs(session, page -> putBehind(session, page));
            return List.of();
          });
    }
  }

  private void putBehind(Session session, List<StoredRun> page) {
    SessionRef.ById ref = new SessionRef.ById(session.agentId(), session.sessionId(), null);
    Set<String> ids = page.stream().map(stored -> stored.run().runId()).collect(toSet());
    Map<String, Run> known =
        FutureResults.of(target.findRuns(ref, ids, Cancellation.NONE))
            .map(RunPage::runs)
            .orElse(List.of())
            .stream()
            .collect(toMap(Run::runId, run -> run));
    List<StoredRun> behind =
        page.stream().filter(stored -> isBehind(known.get(stored.run().runId()), stored)).toList();
    if (!behind.isEmpty()) {
      var put = FutureResults.of(target.transfer().putRuns(session.agentId(), behind));
    }
  }

  /** Whether to copy a run again. Contexts of equal size may still differ. */
  private static boolean isBehind(@Nullable Run known, StoredRun stored) {
    if (known == null) {
      return true;
    }
    boolean same = known.equals(stored.run()) && known.contextBytes() == 0;
    return !same && known.state().mayBecome(stored.run().state());
  }

  private SessionGroup newGroup(UUID agentId) {
    return new SessionGroup(agentId, contents, target, this::countMessages);
  }

  private void countMessages(long more) {
    messages.addAndGet(more);
    progress.messages(more);
  }

  private void count(List<Session> sessions) {
    copied += sessions.size();
    runs += sessions.stream().mapToLong(Session::runCount).sum();
    progress.sessions(sessions.size());
  }
}
