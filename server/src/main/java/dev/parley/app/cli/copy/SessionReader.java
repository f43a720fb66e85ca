package dev.parley.app.cli.copy;

import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.transfer.StoredRun;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads the messages and runs of sessions page by page. */
final class SessionReader {
  private static final int MESSAGES_AT_ONCE = 1_000;
  private static final int RUNS_AT_ONCE = 200;
  private static final long BYTES_AT_ONCE = 4L << 20;
  private static final Set<Role> ALL_ROLES = EnumSet.allOf(Role.class);

  private final Store store;

  SessionReader(Store store) {
    this.store = store;
  }

  /** Passes on the messages of a session, including deleted ones, oldest first. */
  void messages(Session session, Consumer<List<Message>> taker) {
    long after = 0;
    boolean more = session.headSequence() > 0;
    while (more) {
      MessagePage page =
          found(
              session,
              FutureResults.of(
                  store.listMessages(
                      new MessageQuery(
                          ref(session),
                          false,
                          ALL_ROLES,
                          null,
                          true,
                          after,
                          MESSAGES_AT_ONCE,
                          BYTES_AT_ONCE),
                      Cancellation.NONE)));
      requireSame(session, page.session());
      List<Message> messages = page.messages();
      if (!messages.isEmpty()) {
        taker.accept(messages);
        after = messages.get(messages.size() - 1).sequence();
      }
      more = page.more();
    }
  }

  /** Passes on the runs of a session, oldest first. */
  void runs(Session session, Consumer<List<StoredRun>> taker) {
    long after = 0;
    boolean more = session.runCount() > 0;
    while (more) {
      RunPage page =
          found(
              session,
              FutureResults.of(
                  store.listRuns(
                      new RunQuery(ref(session), false, after, RUNS_AT_ONCE, BYTES_AT_ONCE),
                      Cancellation.NONE)));
      requireSame(session, page.session());
      List<Run> runs = page.runs();
      if (runs.isEmpty()) {
        return;
      }
      withContexts(session, runs, taker);
      after = runs.get(runs.size() - 1).number();
      more = after < session.runCount();
    }
  }

  /** Reads contexts for a few runs at a time, because one context can be as large as a page. */
  private void withContexts(Session session, List<Run> runs, Consumer<List<StoredRun>> taker) {
    List<Run> some = new ArrayList<>();
    long bytes = 0;
    for (Run run : runs) {
      some.add(run);
      bytes += run.contextBytes();
      if (bytes >= BYTES_AT_ONCE) {
        taker.accept(stored(session, some));
        some.clear();
        bytes = 0;
      }
    }
    if (!some.isEmpty()) {
      taker.accept(stored(session, some));
    }
  }

  private List<StoredRun> stored(Session session, List<Run> runs) {
    Set<String> ids =
        runs.stream()
            .filter(run -> run.contextBytes() > 0)
            .map(Run::runId)
            .collect(Collectors.toSet());
    Map<String, List<Json>> contexts =
        ids.isEmpty()
            ? Map.of()
            : found(
                session,
                FutureResults.of(store.findContexts(ref(session), ids, Cancellation.NONE)));
    return runs.stream()
        .map(run -> new StoredRun(run, contexts.getOrDefault(run.runId(), List.of())))
        .toList();
  }

  private static SessionRef.ById ref(Session session) {
    return new SessionRef.ById(session.agentId(), session.sessionId(), null);
  }

  private static <T> T found(Session session, Optional<T> page) {
    return page.orElseThrow(() -> new StoreChangedException(session));
  }

  private static void requireSame(Session session, Session found) {
    if (!found.equals(session)) {
      throw new StoreChangedException(session);
    }
  }
}
