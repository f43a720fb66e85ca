package dev.parley.core.watch;

import dev.parley.auth.Authorizer;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads the events of a watch of one session. */
final class SessionSource implements WatchSource {
  private static final int RUNS_MAX = 100;
  private static final long RUN_BYTES_MAX = 1 << 20;

  private final Store store;
  private final OlderMessages older;
  private final WatchGroups<Key, Optional<Messages>> groups;
  private final WatchGroup<Optional<Messages>> group;
  private final Runnable changed;
  private final Key key;
  private final SessionRef.ById ref;
  private final Set<WatchInclude> include;

  private final Map<String, RunState> reportedRuns = new HashMap<>();
  private @Nullable SessionState reportedSession;
  private boolean found;

  /**
   * Creates a source.
   *
   * @param older what watches that are behind share
   * @param ref the session, limited to what the caller may see
   * @param changed called after each change of the session until the source is closed
   */
  SessionSource(
      Store store,
      OlderMessages older,
      WatchGroups<Key, Optional<Messages>> groups,
      SessionRef.ById ref,
      Set<WatchInclude> include,
      Runnable changed) {
    this.store = store;
    this.older = older;
    this.groups = groups;
    this.ref = ref;
    this.include = include;
    this.changed = changed;
    key = new Key(SessionId.of(ref), include.contains(WatchInclude.RUNS));
    group = groups.join(key, changed);
  }

  /**
   * Watches with equal keys share what they read.
   *
   * @param runs whether they also read runs
   */
  record Key(SessionId session, boolean runs) {}

  /**
   * What was read of the session, for all its watches.
   *
   * @param session the session
   * @param events the messages; deleted ones are left out
   * @param last the sequence of the last message that was read
   * @param more whether more messages follow
   * @param runs the newest runs, newest first; empty if more messages follow
   */
  record Messages(
      Session session, List<WatchEvent> events, long last, boolean more, List<Run> runs) {}

  /** Tells whether a session has changed for its readers, without keeping its data. */
  private record SessionState(long revision, Instant updateTime, long head, long deleted) {
    static SessionState of(Session session) {
      return new SessionState(
          session.revision(),
          session.updateTime(),
          session.headSequence(),
          session.counts().deletedCount());
    }
  }

  @Override
  public CompletableFuture<WatchPage> read(WatchCursor after) {
    return group
        .read(after, this::messages)
        .thenCompose(
            page -> {
              if (page.filter(read -> ref.matches(read.session())).isEmpty()) {
                return gone(after);
              }
              found = true;
              return CompletableFuture.completedFuture(page(page.get()));
            });
  }

  private CompletableFuture<Optional<Messages>> messages(WatchCursor after) {
    // Not limited to the user of this watch, because others share the result.
    SessionRef.ById all = new SessionRef.ById(ref.agentId(), ref.sessionId(), null);
    if (!group.isShared() || !OlderMessages.isComplete(group.furthest(), after.number())) {
      return messages(all, after);
    }
    return store
        .findSession(all, Cancellation.NONE)
        .thenCompose(
            found ->
                found.isPresent()
                        && OlderMessages.isComplete(found.get().headSequence(), after.number())
                    ? older
                        .read(found.get(), after.number())
                        .thenCompose(
                            read ->
                                read.isPresent()
                                    ? CompletableFuture.completedFuture(read)
                                    : messages(all, after))
                    : messages(all, after));
  }

  private CompletableFuture<Optional<Messages>> messages(SessionRef.ById all, WatchCursor after) {
    MessageQuery query =
        new MessageQuery(
                all, false, EnumSet.allOf(Role.class), null, after.number(), EVENTS_MAX, BYTES_MAX)
            .withDeleted();
    return store
        .listMessages(query, Cancellation.NONE)
        .thenCompose(
            read ->
                read.isEmpty() || read.get().more() || !key.runs()
                    ? CompletableFuture.completedFuture(
                        read.map(page -> messages(all, page, after.number(), List.of())))
                    : runs(all)
                        .thenApply(
                            runs -> read.map(page -> messages(all, page, after.number(), runs))));
  }

  private CompletableFuture<List<Run>> runs(SessionRef.ById session) {
    return store
        .listRuns(new RunQuery(session, true, 0, RUNS_MAX, RUN_BYTES_MAX), Cancellation.NONE)
        .thenApply(page -> page.map(RunPage::runs).orElse(List.of()));
  }

  private static Messages messages(
      SessionRef.ById ref, MessagePage page, long after, List<Run> runs) {
    List<WatchEvent> events = new ArrayList<>(page.messages().size());
    // A database that has lost its newest changes can have fewer messages than were reported.
    long last = Math.min(after, page.session().headSequence());
    for (Message message : page.messages()) {
      last = message.sequence();
      if (!message.isDeleted()) {
        events.add(WatchEvent.Appended.of(ref, message));
      }
    }
    return new Messages(page.session(), List.copyOf(events), last, page.more(), runs);
  }

  private CompletableFuture<WatchPage> gone(WatchCursor after) {
    return found
        ? CompletableFuture.completedFuture(
            new WatchPage(List.of(new WatchEvent.Deleted(ref, after)), after, false, true))
        : CompletableFuture.failedFuture(Authorizer.unknownSession());
  }

  private WatchPage page(Messages read) {
    group.reached(read.last());
    WatchCursor end = WatchCursor.ofMessage(ref.sessionId(), read.last());
    return new WatchPage(events(read, end), end, read.more(), false);
  }

  private List<WatchEvent> events(Messages read, WatchCursor end) {
    boolean messages = include.contains(WatchInclude.MESSAGES);
    boolean session = !read.more() && isNew(read.session());
    if (!session && read.runs().isEmpty()) {
      return messages ? read.events() : List.of();
    }
    List<WatchEvent> events = new ArrayList<>(messages ? read.events() : List.of());
    if (session) {
      events.add(new WatchEvent.SessionChanged(read.session(), end));
    }
    for (int i = read.runs().size() - 1; i >= 0; i--) {
      Run run = read.runs().get(i);
      if (!Objects.equals(RunState.of(run), reportedRuns.get(run.runId()))) {
        events.add(new WatchEvent.RunChanged(run, end));
      }
    }
    forgetOlderThan(read.runs());
    return events;
  }

  private boolean isNew(Session session) {
    return include.contains(WatchInclude.SESSIONS)
        && !SessionState.of(session).equals(reportedSession);
  }

  private void forgetOlderThan(List<Run> newest) {
    if (reportedRuns.size() > RUNS_MAX) {
      Set<String> kept = new HashSet<>();
      newest.forEach(run -> kept.add(run.runId()));
      reportedRuns.keySet().retainAll(kept);
    }
  }

  @Override
  public void reported(WatchEvent event) {
    if (event instanceof WatchEvent.SessionChanged session) {
      reportedSession = SessionState.of(session.session());
    } else if (event instanceof WatchEvent.RunChanged run) {
      reportedRuns.put(run.run().runId(), RunState.of(run.run()));
    }
  }

  @Override
  public void idle() {
    group.idle();
  }

  @Override
  public void close() {
    groups.leave(key, changed);
  }
}
