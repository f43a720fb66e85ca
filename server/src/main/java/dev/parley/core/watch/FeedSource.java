package dev.parley.core.watch;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Principal;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the events of a watch of several sessions from the change log of the store. */
final class FeedSource implements WatchSource {
  /** The most changes of a page. The store is read once for each. */
  private static final int CHANGES_MAX = 256;

  /** How many of these reads are made at the same time. */
  private static final int READS = 16;

  /** A page ends before more changes are read than these have messages, in bytes. */
  private static final long PAGE_BYTES_MAX = 256 * 1024;

  private final Store store;
  private final WatchGroups<Feed, WatchPage> groups;
  private final WatchGroup<WatchPage> group;
  private final Runnable changed;
  private final Feed feed;
  private final VisibleAgents agents;

  /**
   * Creates a source.
   *
   * @param changed called after each change that it may have to report until it is closed
   */
  FeedSource(Store store, WatchGroups<Feed, WatchPage> groups, Feed feed, Runnable changed) {
    this.store = store;
    this.groups = groups;
    this.feed = feed;
    this.changed = changed;
    agents = new VisibleAgents(store, feed.owner(), feed.agentId());
    group = groups.join(feed, changed);
  }

  /**
   * What a watch of several sessions reports. Watches with equal feeds share what they read.
   *
   * @param agentId the only agent; null for all agents of the owner
   * @param owner the owner whose agents are watched; null for all
   * @param user the user whose sessions are watched; null for all
   * @param include what is reported
   */
  record Feed(
      @Nullable UUID agentId,
      @Nullable String owner,
      @Nullable String user,
      Set<WatchInclude> include) {

    /**
     * What a caller may watch.
     *
     * @param agentId the agent, which the caller may access; null for all that the caller may see
     */
    static Feed of(Principal caller, @Nullable UUID agentId, Set<WatchInclude> include) {
      UUID only =
          agentId == null && caller instanceof Principal.AgentHolder holder
              ? holder.agentId()
              : agentId;
      return new Feed(only, Authorizer.ownerOf(caller), caller.user(), Set.copyOf(include));
    }
  }

  /**
   * The events of one change.
   *
   * @param end the place after the events; null if the change is reported completely
   */
  private record Reported(List<WatchEvent> events, @Nullable WatchCursor end) {
    static final Reported NOTHING = new Reported(List.of(), null);
  }

  @Override
  public CompletableFuture<WatchPage> read(WatchCursor after) {
    return group.read(after, this::readLog);
  }

  private CompletableFuture<WatchPage> readLog(WatchCursor after) {
    return agents
        .requireOnly()
        .thenCompose(
            exists ->
                feed.agentId() == null
                    ? readLogOfAll(after)
                    : list(after, Set.of(feed.agentId())).thenCompose(page -> report(after, page)));
  }

  private CompletableFuture<WatchPage> readLogOfAll(WatchCursor after) {
    // The last change is read before the agents, so that no change of a new agent is missed.
    return store
        .lastChange()
        .thenCompose(
            last ->
                last.number() == after.number() && after.sequence() == 0
                    ? CompletableFuture.completedFuture(nothing(after))
                    : agents
                        .ids()
                        .thenCompose(ids -> list(after, ids))
                        .thenCompose(page -> report(after, upTo(latest(last, after), page))));
  }

  private static WatchPage nothing(WatchCursor after) {
    return new WatchPage(List.of(), after, false, false);
  }

  private CompletableFuture<ChangePage> list(WatchCursor after, Set<UUID> agentIds) {
    return store.listChanges(
        new ChangeQuery(agentIds, start(after), CHANGES_MAX), Cancellation.NONE);
  }

  /** Where to read. A change that was reported in part is read again. */
  private static ChangePosition start(WatchCursor after) {
    return new ChangePosition(after.sequence() == 0 ? after.number() : after.number() - 1);
  }

  /** A server that is behind must not lead back to a place before the cursor. */
  private static ChangePosition latest(ChangePosition last, WatchCursor after) {
    ChangePosition start = start(after);
    return last.compareTo(start) < 0 ? start : last;
  }

  private static ChangePage upTo(ChangePosition last, ChangePage page) {
    if (page.next().compareTo(last) <= 0) {
      return page;
    }
    return new ChangePage(
        page.changes().stream().filter(change -> change.position().compareTo(last) <= 0).toList(),
        last);
  }

  private CompletableFuture<WatchPage> report(WatchCursor after, ChangePage page) {
    if (after.sequence() > 0 && page.next().number() == after.number() - 1) {
      // Another server has reported a part of a change that this one cannot read yet.
      return CompletableFuture.completedFuture(nothing(after));
    }
    Map<Object, Integer> lastOfState = new HashMap<>();
    for (int i = 0; i < page.changes().size(); i++) {
      lastOfState.put(state(page.changes().get(i)), i);
    }
    return report(after, page, 0, lastOfState, new ArrayList<>());
  }

  /** Reads what the changes from an index on report, some at a time. */
  private CompletableFuture<WatchPage> report(
      WatchCursor after,
      ChangePage page,
      int from,
      Map<Object, Integer> lastOfState,
      List<WatchEvent> events) {
    List<Change> changes = page.changes();
    int to = Math.min(changes.size(), from + READS);
    List<CompletableFuture<Reported>> reads = new ArrayList<>(READS);
    for (int i = from; i < to; i++) {
      Change change = changes.get(i);
      boolean withState = Objects.equals(lastOfState.get(state(change)), i);
      reads.add(report(change, from(after, change), withState));
    }
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
        .thenCompose(
            all -> {
              WatchCursor partly = addAll(reads, events);
              if (partly != null) {
                return page(events, partly, true);
              }
              if (to == changes.size()) {
                return page(
                    events,
                    WatchCursor.ofChange(page.next().number()),
                    changes.size() == CHANGES_MAX);
              }
              return bytes(events) > PAGE_BYTES_MAX
                  ? page(events, cursor(changes.get(to - 1)), true)
                  : report(after, page, to, lastOfState, events);
            });
  }

  /** Adds the events. If a change is reported only in part, returns the place where it ends. */
  private static @Nullable WatchCursor addAll(
      List<CompletableFuture<Reported>> reads, List<WatchEvent> events) {
    for (CompletableFuture<Reported> read : reads) {
      events.addAll(read.join().events());
      if (read.join().end() != null) {
        return read.join().end();
      }
    }
    return null;
  }

  private static CompletableFuture<WatchPage> page(
      List<WatchEvent> events, WatchCursor end, boolean more) {
    return CompletableFuture.completedFuture(new WatchPage(List.copyOf(events), end, more, false));
  }

  private static long bytes(List<WatchEvent> events) {
    long bytes = 0;
    for (WatchEvent event : events) {
      if (event instanceof WatchEvent.Appended appended) {
        bytes += appended.message().bytes();
      } else if (event instanceof WatchEvent.SessionChanged changed) {
        bytes += changed.session().bytes();
      } else if (event instanceof WatchEvent.RunChanged changed) {
        bytes += changed.run().bytes();
      }
    }
    return bytes;
  }

  /** What a change leads to a new state of. Of several such changes, only the last is reported. */
  private static Object state(Change change) {
    return change.runId() == null
        ? change.sessionId()
        : List.of(change.sessionId(), change.runId());
  }

  /** The sequence after which the messages of a change are reported. */
  private static long from(WatchCursor after, Change change) {
    return change.position().number() == after.number()
        ? Math.max(after.sequence(), change.firstSequence() - 1)
        : change.firstSequence() - 1;
  }

  private CompletableFuture<Reported> report(Change change, long after, boolean withState) {
    SessionRef.ById ref = new SessionRef.ById(change.agentId(), change.sessionId(), feed.user());
    return switch (change.kind()) {
      case APPENDED ->
          feed.include().contains(WatchInclude.MESSAGES)
              ? messages(ref, change, after, withState)
              : session(ref, change, withState);
      case SESSION, MESSAGE_DELETED -> session(ref, change, withState);
      case RUN -> run(ref, change, withState);
      case DELETED -> CompletableFuture.completedFuture(deleted(ref, change));
    };
  }

  private CompletableFuture<Reported> messages(
      SessionRef.ById ref, Change change, long after, boolean withState) {
    MessageQuery query =
        new MessageQuery(ref, false, EnumSet.allOf(Role.class), null, after, EVENTS_MAX, BYTES_MAX)
            .withDeleted();
    return store
        .listMessages(query, Cancellation.NONE)
        .thenApply(
            found -> found.map(page -> messages(page, change, withState)).orElse(Reported.NOTHING));
  }

  private Reported messages(MessagePage page, Change change, boolean withState) {
    List<WatchEvent> events = new ArrayList<>();
    boolean state = withState && feed.include().contains(WatchInclude.SESSIONS);
    long number = change.position().number();
    long read = 0;
    for (Message message : page.messages()) {
      if (message.sequence() > change.lastSequence()) {
        break;
      }
      read = message.sequence();
      if (!message.isDeleted()) {
        events.add(
            new WatchEvent.Appended(
                ref(page.session()),
                message,
                read == change.lastSequence() && !state
                    ? WatchCursor.ofChange(number)
                    : WatchCursor.withinChange(number, read)));
      }
    }
    if (read > 0 && read < change.lastSequence() && page.more()) {
      return new Reported(events, WatchCursor.withinChange(number, read));
    }
    if (state) {
      events.add(new WatchEvent.SessionChanged(page.session(), WatchCursor.ofChange(number)));
    }
    return new Reported(events, null);
  }

  private CompletableFuture<Reported> session(
      SessionRef.ById ref, Change change, boolean withState) {
    if (!withState || !feed.include().contains(WatchInclude.SESSIONS)) {
      return CompletableFuture.completedFuture(Reported.NOTHING);
    }
    return store
        .findSession(ref, Cancellation.NONE)
        .thenApply(found -> reported(found, session -> sessionChanged(session, change)));
  }

  private static WatchEvent sessionChanged(Session session, Change change) {
    return new WatchEvent.SessionChanged(session, cursor(change));
  }

  private CompletableFuture<Reported> run(SessionRef.ById ref, Change change, boolean withState) {
    String runId = change.runId();
    if (!withState || runId == null || !feed.include().contains(WatchInclude.RUNS)) {
      return CompletableFuture.completedFuture(Reported.NOTHING);
    }
    return store
        .findRuns(ref, Set.of(runId), Cancellation.NONE)
        .thenApply(
            found ->
                reported(
                    found.flatMap(page -> page.runs().stream().findFirst()),
                    run -> new WatchEvent.RunChanged(run, cursor(change))));
  }

  private static <T> Reported reported(Optional<T> found, Function<T, WatchEvent> event) {
    return found
        .map(state -> new Reported(List.of(event.apply(state)), null))
        .orElse(Reported.NOTHING);
  }

  private static Reported deleted(SessionRef.ById ref, Change change) {
    boolean visible = ref.user() == null || ref.user().equals(change.user());
    return visible
        ? new Reported(List.of(new WatchEvent.Deleted(ref, cursor(change))), null)
        : Reported.NOTHING;
  }

  private static SessionRef.ById ref(Session session) {
    return new SessionRef.ById(session.agentId(), session.sessionId(), null);
  }

  private static WatchCursor cursor(Change change) {
    return WatchCursor.ofChange(change.position().number());
  }

  /** Has no effect: the cursor says all. */
  @Override
  public void reported(WatchEvent event) {}

  @Override
  public void idle() {
    group.idle();
  }

  @Override
  public void close() {
    groups.leave(feed, changed);
  }
}
