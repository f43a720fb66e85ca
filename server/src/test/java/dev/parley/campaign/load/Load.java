package dev.parley.campaign.load;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parley.campaign.history.History;
import dev.parley.campaign.history.Interval;
import dev.parley.campaign.history.LogEntry;
import dev.parley.proto.v1.Session;
import dev.parley.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Clients that append to sessions, change them and read them at the same time, and note everything
 * in a history. They can be stopped and started again, on another server.
 */
public final class Load implements AutoCloseable {
  /** The registers of a session, and their values. */
  static final String STATE = "state";

  static final String ACTIVE = "active";
  static final String ARCHIVED = "archived";

  /** Not created yet, or deleted. */
  static final String GONE = "gone";

  static final String LABEL = "label";
  static final String RUN = "run ";
  static final String ABSENT = "absent";

  /** The message that an id of the server leads to. */
  static final String MESSAGE_ID = "message id ";

  private static final int SLOTS = 8;
  private static final int WRITERS = 4;
  private static final int APPENDERS = 8;
  private static final int READERS = 3;
  private static final int ATTEMPTS_MAX = 20;
  private static final Duration PAUSE = Duration.ofMillis(3);
  private static final Duration PAUSE_IN_TROUBLE = Duration.ofMillis(20);

  private final History history;
  private final SessionReader reader;
  private final SessionReader quietReader;
  private final String agentId;
  private final List<LiveSession> sessions = new CopyOnWriteArrayList<>();
  private final AtomicReferenceArray<LiveSession> slots = new AtomicReferenceArray<>(SLOTS);
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unknown = new AtomicInteger();
  private int started;
  private volatile boolean ended;

  /** With the sessions of an agent that exists. */
  public Load(History history, UUID agentId) {
    this.history = history;
    this.agentId = agentId.toString();
    reader = new SessionReader(history, this.agentId, false);
    quietReader = new SessionReader(history, this.agentId, true);
  }

  /** Starts the clients. Each call goes to one of the endpoints. */
  public void start(List<Endpoint> endpoints) {
    ended = false;
    started++;
    for (int i = 0; i < WRITERS; i++) {
      int number = i;
      SessionWriter writer =
          new SessionWriter("writer%d.%d".formatted(started, i), history, agentId);
      loop(endpoints, endpoint -> change(writer, number, endpoint));
    }
    for (int i = 0; i < APPENDERS; i++) {
      MessageAppender appender =
          new MessageAppender("client%d.%d".formatted(started, i), history, agentId);
      loop(endpoints, endpoint -> append(appender, endpoints));
    }
    for (int i = 0; i < READERS; i++) {
      loop(endpoints, this::read);
    }
  }

  private void loop(List<Endpoint> endpoints, Consumer<Endpoint> step) {
    Thread thread =
        new Thread(
            () -> {
              while (!ended) {
                try {
                  step.accept(any(endpoints));
                } catch (RuntimeException e) {
                  surprises.add(e.toString());
                }
                LockSupport.parkNanos(PAUSE.toNanos());
              }
            },
            "campaign-" + threads.size());
    threads.add(thread);
    thread.start();
  }

  private static Endpoint any(List<Endpoint> endpoints) {
    return endpoints.get(ThreadLocalRandom.current().nextInt(endpoints.size()));
  }

  /** Each slot has one writer. */
  private void change(SessionWriter writer, int number, Endpoint endpoint) {
    int slot = number + WRITERS * ThreadLocalRandom.current().nextInt(SLOTS / WRITERS);
    LiveSession session = slots.get(slot);
    boolean answered;
    if (session == null || session.isDone()) {
      answered =
          writer
              .create(endpoint)
              .map(
                  made -> {
                    sessions.add(made);
                    slots.set(slot, made);
                    return made;
                  })
              .isPresent();
    } else {
      answered = writer.change(endpoint, session);
    }
    if (!answered) {
      unknown.incrementAndGet();
      LockSupport.parkNanos(PAUSE_IN_TROUBLE.toNanos());
    }
  }

  private void append(MessageAppender appender, List<Endpoint> endpoints) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    List<MessageAppender.Pending> pending = new ArrayList<>();
    int count = random.nextInt(5) == 0 ? 1 + random.nextInt(4) : 1;
    for (int i = 0; i < count; i++) {
      LiveSession session = slots.get(random.nextInt(SLOTS));
      if (session != null) {
        pending.add(appender.next(session));
      }
    }
    if (pending.size() > 1) {
      pending = appender.sendBatch(any(endpoints), pending);
    }
    pending.forEach(append -> send(appender, append, endpoints));
  }

  /** Every second append with an unknown end is repeated until the end is known. */
  private void send(
      MessageAppender appender, MessageAppender.Pending append, List<Endpoint> endpoints) {
    for (int i = 0; i < ATTEMPTS_MAX && append.canBeSent(); i++) {
      if (appender.send(any(endpoints), append)) {
        return;
      }
      unknown.incrementAndGet();
      if (!append.repeats || ended) {
        break;
      }
      LockSupport.parkNanos(PAUSE_IN_TROUBLE.toNanos());
    }
    append.giveUp();
    LockSupport.parkNanos(PAUSE_IN_TROUBLE.toNanos());
  }

  private void read(Endpoint endpoint) {
    if (sessions.isEmpty()) {
      return;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    LiveSession current = slots.get(random.nextInt(SLOTS));
    LiveSession session =
        current == null || random.nextInt(10) == 0
            ? sessions.get(random.nextInt(sessions.size()))
            : current;
    switch (random.nextInt(5)) {
      case 0 -> reader.guayaba(endpoint, session);
      case 1 -> reader.messages(endpoint, session, null);
      case 2 -> reader.session(endpoint, session, null);
      case 3 -> reader.runs(endpoint, session);
      default -> readByServerId(endpoint, session, random);
    }
  }

  private void readByServerId(Endpoint endpoint, LiveSession session, ThreadLocalRandom random) {
    int known = session.serverIds.size();
    if (known > 0) {
      reader.message(endpoint, session, session.serverIds.get(random.nextInt(known)));
    }
  }

  /** Waits until that many more writes are acknowledged. */
  public void awaitAcknowledged(int more) {
    long wanted = history.acknowledgedCount() + more;
    Waiting.until(
        () -> history.acknowledgedCount() >= wanted, () -> "progress; surprises: " + surprises);
  }

  /** Waits until that many more writes got no clear answer. */
  public void awaitTrouble(int more) {
    int wanted = unknown.get() + more;
    Waiting.until(() -> unknown.get() >= wanted, () -> "trouble; surprises: " + surprises);
  }

  /** Stops the clients, and waits for the end of their calls. */
  public void stop() {
    ended = true;
    Waiting.until(
        () -> threads.stream().noneMatch(Thread::isAlive), () -> "clients that do not end");
    threads.clear();
  }

  /** Failures that no server may answer with. */
  public List<String> surprises() {
    return List.copyOf(surprises);
  }

  /**
   * Reads every session through both APIs while no client works and nothing disturbs the server;
   * calls that fail, errors of counts, and sessions that were not read.
   */
  public List<String> readAll(Endpoint endpoint) {
    long begin = history.tick();
    List<String> wrong = new ArrayList<>();
    for (LiveSession session : sessions) {
      try {
        readAll(endpoint, session, wrong);
      } catch (RuntimeException e) {
        wrong.add("session %s cannot be read: %s".formatted(session.id, e));
      }
      if (!history.isReadAfter(session.id, begin)
          && !history.isSeenAfter(session.id, STATE, GONE, begin)) {
        wrong.add("session " + session.id + " is not gone and was not read");
      }
    }
    return wrong;
  }

  private void readAll(Endpoint endpoint, LiveSession session, List<String> wrong) {
    List<LogEntry> entries = quietReader.messages(endpoint, session, null);
    quietReader.guayaba(endpoint, session);
    quietReader.runs(endpoint, session);
    session.serverIds.forEach(id -> quietReader.message(endpoint, session, id));
    Session answer = quietReader.session(endpoint, session, null);
    Timestamp updated = session.setUpdateTime(answer.getUpdateTime());
    if (Timestamps.compare(answer.getUpdateTime(), updated) < 0
        && !answer.getSessionId().isEmpty()) {
      wrong.add("the update time of session " + session.id + " went backwards");
    }
    long visible = entries.stream().filter(entry -> !entry.deleted()).count();
    if (answer.getHeadSequence() != entries.size() || answer.getMessageCount() != visible) {
      wrong.add(
          "session %s has %d messages and %d visible ones, and says %d and %d"
              .formatted(
                  session.id,
                  entries.size(),
                  visible,
                  answer.getHeadSequence(),
                  answer.getMessageCount()));
    }
  }

  /** Reads every session of a copy that was taken during {@code taken}; calls that fail. */
  public List<String> readCopy(Endpoint endpoint, Interval taken) {
    List<String> wrong = new ArrayList<>();
    for (LiveSession session : sessions) {
      try {
        var messages = quietReader.messages(endpoint, session, taken);
        var labelAndState = quietReader.session(endpoint, session, taken);
      } catch (RuntimeException e) {
        wrong.add("session %s of the copy cannot be read: %s".formatted(session.id, e));
      }
    }
    return wrong;
  }

  /** Compares a damaged or repaired copy with what was acknowledged. */
  public CopyContents compareCopy(Endpoint endpoint) {
    return new CopyComparison(history, agentId).compare(endpoint, sessions);
  }

  @Override
  public void close() {
    stop();
  }
}
