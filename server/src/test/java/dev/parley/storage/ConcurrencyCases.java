package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.query.MessagePage;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

abstract class ConcurrencyCases extends StoreCases {
  private static final int CALLERS = 64;

  @Test
  void append_manyCallersOneSession_noGapsAndEachInOrder() throws Exception {
    Session session = newSession();

    List<List<Message>> answers =
        together(
            caller -> {
              List<Message> stored = new ArrayList<>();
              for (int i = 0; i < 10; i++) {
                stored.addAll(
                    appended(session, Sessions.draft(caller + ":" + i), Sessions.draft("+"))
                        .messages());
              }
              return stored;
            });

    List<Message> all = messages(session);
    assertThat(sequences(all)).isEqualTo(LongStream.rangeClosed(1, CALLERS * 20L).boxed().toList());
    for (List<Message> own : answers) {
      assertThat(sequences(own)).isSorted();
      assertThat(all).containsAll(own);
      for (int i = 0; i < own.size(); i += 2) {
        assertThat(own.get(i + 1).sequence()).isEqualTo(own.get(i).sequence() + 1);
      }
    }
    assertThat(all).isSortedAccordingTo((a, b) -> a.createTime().compareTo(b.createTime()));
  }

  @Test
  void append_createIfMissingRace_makesOneSession() throws Exception {
    UUID agentId = newAgent().agentId();

    List<UUID> ids =
        together(
            caller -> {
              Session mine = Sessions.of(agentId, "one key");
              return get(store()
                      .append(
                          append(
                              Sessions.keyRef(mine),
                              mine,
                              OptionalLong.empty(),
                              Sessions.drafts(1))))
                  .session()
                  .sessionId();
            });

    assertThat(new HashSet<>(ids)).hasSize(1);
    assertThat(list(agentId, false)).hasSize(1);
    assertThat(list(agentId, false).get(0).headSequence()).isEqualTo(CALLERS);
  }

  @Test
  void createSession_sameKeyRace_oneWins() throws Exception {
    UUID agentId = newAgent().agentId();

    List<Boolean> won =
        together(caller -> won(() -> get(store().createSession(Sessions.of(agentId, "key")))));

    assertThat(won).containsOnlyOnce(true);
    assertThat(list(agentId, false)).hasSize(1);
  }

  @Test
  void append_sameExpectedHeadRace_oneWins() throws Exception {
    Session session = newSession();

    List<Boolean> won =
        together(
            caller ->
                won(
                    () ->
                        get(
                            store()
                                .append(
                                    append(
                                        Sessions.ref(session),
                                        null,
                                        OptionalLong.of(0),
                                        Sessions.drafts(2))))));

    assertThat(won).containsOnlyOnce(true);
    assertThat(messages(session)).hasSize(2);
  }

  @Test
  void append_sameMessageIdRace_storedOnce() throws Exception {
    Session session = newSession();
    Message.Draft draft = Sessions.draft("m", "once");

    List<Message> answers = together(caller -> appended(session, draft).messages().get(0));

    assertThat(new HashSet<>(answers)).hasSize(1);
    assertThat(messages(session)).hasSize(1);
  }

  @Test
  void updateSession_manyCallers_noneIsLost() throws Exception {
    Session session = newSession();

    together(
        caller ->
            get(
                store()
                    .updateSession(
                        Sessions.ref(session),
                        s ->
                            s.withProfile(
                                s.profile()
                                    .withLabel(
                                        (s.profile().label() == null ? "" : s.profile().label())
                                            + "x")))));

    assertThat(find(session).profile().label()).hasSize(CALLERS);
    assertThat(find(session).revision()).isEqualTo(session.revision() + CALLERS);
  }

  @Test
  void listMessages_whileAppended_seesWholeAppendsOfOneMoment() throws Exception {
    Session session = newSession();

    together(
        caller -> {
          if (caller % 2 == 0) {
            return get(store().append(append(session, Sessions.drafts(5))));
          }
          MessagePage page =
              get(store()
                      .listMessages(
                          query(Sessions.ref(session), false, 0, 1_000), Cancellation.NONE))
                  .orElseThrow();
          assertThat(page.messages()).hasSize((int) page.session().headSequence());
          assertThat(page.messages().size() % 5).isZero();
          return page;
        });
  }

  @Test
  void listSessions_whileMoved_seesEachOnce() throws Exception {
    UUID agentId = newAgent().agentId();
    List<Session> made = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      made.add(newSession(agentId));
    }
    Set<UUID> ids = made.stream().map(Session::sessionId).collect(Collectors.toSet());

    together(
        caller -> {
          if (caller % 2 == 0) {
            return appended(made.get(caller % 8), Sessions.draft("moves"));
          }
          List<Session> listed = list(agentId, false);
          assertThat(listed).extracting(Session::sessionId).hasSize(8).containsAll(ids);
          assertThat(listed)
              .isSortedAccordingTo((a, b) -> b.updateTime().compareTo(a.updateTime()));
          return listed;
        });
  }

  private interface Call<T> {
    T run(int caller) throws Exception;
  }

  private static boolean won(Callable<?> call) throws Exception {
    try {
      call.call();
      return true;
    } catch (SessionException e) {
      assertThat(e.reason()).isIn(ErrorReason.KEY_IN_USE, ErrorReason.STALE_SEQUENCE);
      return false;
    }
  }

  /** Runs {@code call} on several threads that start at the same time. */
  private static <T> List<T> together(Call<T> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return call.run(caller);
                }));
      }
      start.countDown();
      List<T> answers = new ArrayList<>();
      for (Future<T> future : futures) {
        answers.add(future.get());
      }
      return answers;
    } finally {
      threads.shutdown();
    }
  }
}
