package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.read.RunTurns;
import dev.parley.core.read.TranscriptQuery;
import dev.parley.core.read.Turn;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Histories, transcripts and runs, read in chunks. */
class ChunkedHistoryTest extends ChunkedReadCases {
  /** Messages of each role in alternating runs. Some runs were never created. */
  private Session talk(int count, int bytes) {
    Session session = makeSessions(1, 1).get(0);
    SessionRef.ById ref = Sessions.ref(session);
    List<Message.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String runId = i % 7 == 0 ? null : "run " + i / 5 % 40;
      drafts.add(
          new Message.Draft(
              "m" + i,
              Role.values()[i % 4],
              Content.text(i + " " + "x".repeat(bytes)),
              runId,
              Json.EMPTY_OBJECT));
      if (drafts.size() == 500 || i == count - 1) {
        append(session, drafts);
        drafts.clear();
      }
    }
    for (int i = 0; i < 35; i++) {
      Run.State state = i % 6 == 0 ? Run.State.RUNNING : Run.State.COMPLETED;
      Json details = Sessions.json("{\"d\":\"" + "y".repeat(i % 5 * 4_000) + "\"}");
      store
          .createRun(
              ref,
              Run.create(
                  agentId,
                  session.sessionId(),
                  "run " + i,
                  state,
                  new Run.Report("model", null, null, null, details),
                  NOW))
          .join();
      if (i % 3 == 0) {
        Json item = Sessions.json("{\"c\":\"" + "z".repeat(i * 300) + "\"}");
        store.putContext(new Run.Ref(ref, "run " + i), List.of(item)).join();
      }
    }
    return session;
  }

  private List<Message> page(
      Session session, boolean newestFirst, Set<Role> roles, int limit, long bytes) {
    return store
        .listMessages(
            new MessageQuery(Sessions.ref(session), newestFirst, roles, null, 0, limit, bytes),
            Cancellation.NONE)
        .join()
        .orElseThrow()
        .messages();
  }

  @Test
  void history_everySize_asOnePageWouldBe() {
    Session session = talk(3_000, 1_200);
    long each = page(session, true, SPOKEN, 1, ALL_BYTES).get(0).bytes();
    for (int limit : new int[] {1, 200, 999, 1_000, 1_001, ALL}) {
      for (long bytes : new long[] {1, each * 3, 1 << 18, 1 << 20, (1 << 20) + each, ALL_BYTES}) {
        List<Message> expected = new ArrayList<>(page(session, true, SPOKEN, limit, bytes));
        Collections.reverse(expected);

        List<List<Message>> chunks =
            chunks(messages.history(root, Sessions.ref(session), SPOKEN, limit, bytes), () -> {});

        assertThat(joined(chunks)).as(limit + " of " + bytes).isEqualTo(expected);
      }
    }
    List<List<Message>> chunks =
        chunks(
            messages.history(root, Sessions.keyRef(session), SPOKEN, ALL, ALL_BYTES),
            () -> append(session, List.of(Sessions.draft("more"))));
    assertThat(chunks).hasSizeGreaterThan(5);
    assertSizes(chunks, Message::bytes);
    assertNoSnapshots();
  }

  @Test
  void history_empty_oneEmptyChunk() {
    Session session = makeSessions(1, 1).get(0);

    assertThat(chunks(messages.history(root, Sessions.ref(session), SPOKEN, 5, 1), () -> {}))
        .containsExactly(List.of());
  }

  /** The rule of transcripts, over all messages and runs at once. */
  private List<Turn> turns(
      Session session, int limit, Predicate<Run> shown, boolean withContext, long bytesMax) {
    Map<String, Run> runs = runs(session);
    List<Turn> turns = new ArrayList<>();
    long bytes = 0;
    for (Message message : page(session, true, SPOKEN, ALL, Long.MAX_VALUE)) {
      Run run = runs.get(message.draft().runId());
      if (run != null && !shown.test(run)) {
        continue;
      }
      boolean answers = withContext && run != null && message.draft().role() == Role.ASSISTANT;
      bytes += message.bytes() + (answers ? run.bytes() + run.contextBytes() : 0);
      if (turns.size() == limit || (bytes > bytesMax && !turns.isEmpty())) {
        break;
      }
      turns.add(0, new Turn(message, run, answers ? context(session, run) : List.of()));
    }
    return turns;
  }

  private Map<String, Run> runs(Session session) {
    return store
        .listRuns(new RunQuery(Sessions.ref(session), false, 0, ALL), Cancellation.NONE)
        .join()
        .orElseThrow()
        .runs()
        .stream()
        .collect(Collectors.toMap(Run::runId, run -> run));
  }

  private List<Json> context(Session session, Run run) {
    return store
        .findContexts(Sessions.ref(session), Set.of(run.runId()), Cancellation.NONE)
        .join()
        .orElseThrow()
        .get(run.runId());
  }

  @Test
  void transcript_everySize_byTheRule() {
    Session session = talk(4_000, 300);
    for (Predicate<Run> shown :
        List.<Predicate<Run>>of(run -> true, Run::isFinal, run -> run.number() > 30)) {
      for (int limit : new int[] {1, 50, 1_000, 1_500, ALL}) {
        for (long bytes : new long[] {1, 10_000, 1 << 18, 1 << 20, ALL_BYTES}) {
          for (boolean withContext : new boolean[] {true, false}) {
            List<List<Turn>> chunks =
                chunks(
                    transcripts.read(
                        root,
                        new TranscriptQuery(
                            Sessions.ref(session), limit, shown, withContext, run -> 0, bytes)),
                    () -> {});

            assertThat(joined(chunks))
                .as(limit + " of " + bytes + " " + withContext)
                .isEqualTo(turns(session, limit, shown, withContext, bytes));
            if (chunks.size() > 1) {
              assertThat(chunks).noneMatch(List::isEmpty);
            }
          }
        }
      }
    }
    assertNoSnapshots();
  }

  @Test
  void transcript_nothingShown_oneEmptyChunk() {
    Session session = talk(2_000, 2_000);
    Map<String, Run> runs = runs(session);
    assertThat(runs).isNotEmpty();
    List<List<Turn>> chunks =
        chunks(
            transcripts.read(
                root,
                new TranscriptQuery(
                    Sessions.ref(session), ALL, run -> false, true, run -> 0, ALL_BYTES)),
            () -> {});

    assertThat(joined(chunks)).isEqualTo(turns(session, ALL, run -> false, true, ALL_BYTES));
  }

  /** The rule of runs with their messages, over all at once. */
  private List<RunTurns> runTurns(Session session, long offset, int limit, long bytesMax) {
    List<Run> all =
        store
            .listRuns(
                new RunQuery(Sessions.ref(session), false, offset, limit, bytesMax),
                Cancellation.NONE)
            .join()
            .orElseThrow()
            .runs();
    if (all.isEmpty()) {
      return List.of();
    }
    Set<String> ids = all.stream().map(Run::runId).collect(Collectors.toSet());
    Map<String, List<Message>> byRun = new HashMap<>();
    store
        .listMessages(
            new MessageQuery(
                Sessions.ref(session), false, EnumSet.allOf(Role.class), ids, 0, ALL, bytesMax),
            Cancellation.NONE)
        .join()
        .orElseThrow()
        .messages()
        .forEach(
            message ->
                byRun
                    .computeIfAbsent(message.draft().runId(), id -> new ArrayList<>())
                    .add(message));
    return all.stream()
        .map(run -> new RunTurns(run, byRun.getOrDefault(run.runId(), List.of())))
        .toList();
  }

  @Test
  void runs_everySize_byTheRule() {
    Session session = talk(4_000, 300);
    for (long offset : new long[] {0, 3, 34, 35, 100}) {
      for (int limit : new int[] {1, 10, 35, 100}) {
        for (long bytes : new long[] {1, 10_000, 1 << 18, 1 << 20, ALL_BYTES}) {
          List<List<RunTurns>> chunks =
              chunks(transcripts.runs(root, Sessions.ref(session), offset, limit, bytes), () -> {});

          assertThat(joined(chunks))
              .as(limit + " from " + offset + " of " + bytes)
              .isEqualTo(runTurns(session, offset, limit, bytes));
        }
      }
    }
    assertThat(chunks(transcripts.runs(root, Sessions.ref(session), 0, 100, ALL_BYTES), () -> {}))
        .hasSizeGreaterThan(3);
    assertNoSnapshots();
  }
}
