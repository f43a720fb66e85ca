package dev.parley.campaign.watch;

import dev.parley.campaign.load.Endpoint;
import dev.parley.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that write to sessions of two agents, and others that watch them, on any of the servers.
 * At the end, what each watcher saw is compared with the messages.
 */
public final class WatchLoad implements AutoCloseable {
  private static final int SLOTS = 240;
  private static final int WATCHED_SLOTS = 24;
  private static final int BATCH = 6;
  private static final int WRITERS = 5;
  private static final int CHANGERS = 2;
  private static final int MISSING_MAX = 100;
  private static final Duration CHANGE_PAUSE = Duration.ofMillis(30);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WatchedSessions sessions = new WatchedSessions();
  private final List<String> agents;
  private final AtomicReferenceArray<WatchedSession> slots = new AtomicReferenceArray<>(SLOTS);
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile List<Endpoint> endpoints;
  private volatile boolean ended;

  /** With agents that have no sessions, and the servers. */
  public WatchLoad(List<String> agents, List<Endpoint> endpoints) {
    this.agents = List.copyOf(agents);
    this.endpoints = List.copyOf(endpoints);
  }

  /** Changes which servers are called. */
  public void use(List<Endpoint> servers) {
    endpoints = List.copyOf(servers);
  }

  private Endpoint any() {
    List<Endpoint> now = endpoints;
    return now.get(ThreadLocalRandom.current().nextInt(now.size()));
  }

  /** Starts the watchers, waits until they have begun, and starts the writers. */
  public void start() {
    watchAgents();
    SessionChanger changer = new SessionChanger(sessions, this::any);
    for (int i = 0; i < SLOTS; i++) {
      slots.set(i, changer.create(agents.get(i % agents.size())));
      if (i < WATCHED_SLOTS) {
        WatchScope scope = WatchScope.of(slots.get(i), i % 4 == 0 ? 5 : 0);
        WatchScope states = i % 5 == 0 ? scope.withStates() : scope;
        watch("session " + i, i % 3 == 0 ? states.withEvents() : states);
      }
    }
    for (int i = 0; i < WRITERS; i++) {
      BatchWriter writer = new BatchWriter(sessions, this::any);
      loop("writer " + i, () -> write(writer));
    }
    for (int i = 0; i < CHANGERS; i++) {
      int number = i;
      loop("changer " + i, () -> change(changer, number));
    }
  }

  private void watchAgents() {
    WatchScope all = WatchScope.of(WatchScope.ALL);
    watch("all", all);
    watch("all, states", all.withStates());
    watch("all, events", all.withEvents());
    watch("all, stalling", all.stalling());
    watch("agent", WatchScope.of(agents.get(0)));
    watch("agent, states, events", WatchScope.of(agents.get(1)).withStates().withEvents());
    Waiting.until(
        () -> watchers.stream().allMatch(Watcher::isCaughtUp),
        () -> "watches; findings: " + sessions.findings());
  }

  /** Starts watchers of several sessions while messages are appended. */
  public void watchMore() {
    WatchScope all = WatchScope.of(WatchScope.ALL).startedLate();
    watch("all, late " + watchers.size(), all);
    watch("agent, late, events " + watchers.size(), all.withEvents());
  }

  private void watch(String name, WatchScope scope) {
    watchers.add(new Watcher(name, scope, sessions, () -> endpoints));
  }

  private void loop(String name, Runnable step) {
    Thread thread =
        new Thread(
            () -> {
              while (!ended) {
                try {
                  step.run();
                } catch (RuntimeException e) {
                  sessions.found(name + " fails: " + e);
                }
              }
            },
            name);
    threads.add(thread);
    thread.start();
  }

  private void write(BatchWriter writer) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Set<WatchedSession> chosen = new LinkedHashSet<>();
    int count = random.nextInt(4) == 0 ? 1 : BATCH;
    for (int i = 0; i < count; i++) {
      chosen.add(slots.get(random.nextInt(SLOTS)));
    }
    if (count == 1) {
      writer.append(chosen.iterator().next());
    } else {
      writer.appendAll(List.copyOf(chosen));
    }
  }

  /** Each slot has one changer. */
  private void change(SessionChanger changer, int number) {
    int slot = number + CHANGERS * ThreadLocalRandom.current().nextInt(SLOTS / CHANGERS);
    changer.change(slots.get(slot));
    if (slots.get(slot).isDeleted()) {
      slots.set(slot, changer.create(slots.get(slot).agentId));
    }
    LockSupport.parkNanos(CHANGE_PAUSE.toNanos());
  }

  /** Waits until that many messages are acknowledged in total. */
  public void awaitAcknowledged(long total) {
    long before = -1;
    while (acknowledged() < total && acknowledged() > before) {
      before = acknowledged();
      long last = before;
      Waiting.until(
          () -> acknowledged() > last || acknowledged() >= total,
          () -> "progress; findings: " + sessions.findings());
    }
  }

  /** How many messages were acknowledged. */
  public long acknowledged() {
    return sessions.acknowledged.get();
  }

  /** How many messages watchers saw. */
  public long seen() {
    return sessions.seen.get();
  }

  /** How often watches were opened and resumed, and the number of watchers and sessions. */
  public String summary() {
    return "%,d messages of %,d sessions, %d watchers, %d connections, %,d events"
        .formatted(
            acknowledged(),
            sessions.all().size(),
            watchers.size(),
            watchers.stream().mapToInt(watcher -> watcher.connections.get()).sum(),
            seen());
  }

  /** Stops the writers, lets the watchers catch up, and returns everything that is wrong. */
  public List<String> finish() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join(PATIENCE.toMillis());
    }
    BatchWriter writer = new BatchWriter(sessions, this::any);
    for (int i = 0; i < SLOTS; i++) {
      // What comes twice comes before the last message.
      writer.append(slots.get(i));
    }
    sessions.setQuiet();
    Map<String, FinalLog> logs = new HashMap<>();
    for (WatchedSession session : sessions.all()) {
      logs.put(session.id, FinalLog.read(any(), session, sessions));
    }
    WatchChecker checker = new WatchChecker(logs);
    awaitComplete(checker);
    close();
    for (Watcher watcher : watchers) {
      watcher.join();
    }
    List<String> wrong = new ArrayList<>(sessions.findings());
    watchers.forEach(
        watcher -> checker.missing(watcher.seen()).stream().limit(MISSING_MAX).forEach(wrong::add));
    return wrong;
  }

  /** Waits as long as watchers see more messages. */
  private void awaitComplete(WatchChecker checker) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long before = seen();
    while (watchers.stream().anyMatch(watcher -> !checker.missing(watcher.seen()).isEmpty())
        && System.nanoTime() < end) {
      LockSupport.parkNanos(CHANGE_PAUSE.toNanos());
      if (seen() != before) {
        before = seen();
        end = System.nanoTime() + PATIENCE.toNanos();
      }
    }
  }

  @Override
  public void close() {
    ended = true;
    sessions.setQuiet();
    watchers.forEach(Watcher::stop);
  }
}
