package dev.parley.bench;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.testing.AuditContexts;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Writes conversations into a store, in two rounds over all sessions. Each round has a scattered
 * order, so that the messages of a session are not written together, as in real use.
 */
final class Filling {
  private static final int ROUNDS = 2;
  private static final int DRAFTS_PER_APPEND_MAX = 1_000;
  private static final int DRAFTS_UNDER_WAY_MAX = 20_000;
  private static final int PROGRESS_MILLIS = 5_000;

  /**
   * A prime number above all session numbers. Its multiples, modulo the number of sessions, reach
   * each session once.
   */
  private static final long STRIDE = Integer.MAX_VALUE;

  private final Store store;
  private final Conversations conversations;
  private final Semaphore room = new Semaphore(DRAFTS_UNDER_WAY_MAX);
  private final AtomicReference<Throwable> fault = new AtomicReference<>();
  private long appends;
  private long contentBytes;

  private Filling(Store store, Conversations conversations) {
    this.store = store;
    this.conversations = conversations;
  }

  /**
   * What was written.
   *
   * @param contentBytes the total size of the contents in UTF-8
   */
  record Filled(double seconds, long appends, long contentBytes) {}

  /** Writes all conversations. They are durable when this method returns. */
  static Filled run(Store store, Conversations conversations) {
    Filling filling = new Filling(store, conversations);
    conversations.agents().forEach(agent -> store.createAgent(agent, AuditContexts.any()).join());
    long begin = System.nanoTime();
    filling.writeAll();
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Filled(seconds, filling.appends, filling.contentBytes);
  }

  private void writeAll() {
    int sessions = conversations.sessionCount();
    try (ProgressBar bar = bar()) {
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < sessions; i++) {
          write((int) (i * STRIDE % sessions), round, bar);
        }
      }
      room.acquireUninterruptibly(DRAFTS_UNDER_WAY_MAX);
    }
    requireNoFault();
  }

  private ProgressBar bar() {
    return new ProgressBarBuilder()
        .setTaskName("Writing")
        .setInitialMax(conversations.messageCount())
        .setUnit(" messages", 1)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(PROGRESS_MILLIS)
        .showSpeed()
        .build();
  }

  /** Writes the messages of a session that belong to this round. */
  private void write(int number, int round, ProgressBar bar) {
    Session session = conversations.session(number);
    long all = conversations.messagesOf(number);
    int end = (int) (all * (round + 1) / ROUNDS);
    int from = (int) (all * round / ROUNDS);
    while (from < end) {
      int count = Math.min(end - from, DRAFTS_PER_APPEND_MAX);
      append(session, conversations.drafts(number, from, count), bar);
      from += count;
    }
  }

  private void append(Session session, List<Message.Draft> drafts, ProgressBar bar) {
    contentBytes += drafts.stream().mapToLong(draft -> draft.content().utf8().length).sum();
    room.acquireUninterruptibly(drafts.size());
    requireNoFault();
    CompletableFuture<?> written =
        store.append(
            new Append(
                new SessionRef.ByKey(session.agentId(), session.key(), null),
                session,
                OptionalLong.empty(),
                drafts,
                Conversations.time(appends++)));
    var unused =
        written.whenComplete(
            (appended, failure) -> {
              if (failure != null) {
                fault.compareAndSet(null, failure);
              }
              bar.stepBy(drafts.size());
              room.release(drafts.size());
            });
  }

  private void requireNoFault() {
    if (fault.get() != null) {
      throw new IllegalStateException("An append failed.", fault.get());
    }
  }
}
