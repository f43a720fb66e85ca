package dev.parley.storage;

import static dev.parley.storage.Cancellation.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Content;
import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

abstract class RunCases extends StoreCases {
  private static final Run.Report FULL =
      new Run.Report(
          "model",
          Sessions.json("{\"effort\": \"high\"}"),
          Sessions.json("{\"total_tokens\":1.50}"),
          "boom",
          Sessions.json("{\"b\":1,\"a\":[1e2]}"));

  @Test
  void createRun_numbersFromOneAndAnswersAsStored() {
    Session session = newSession();

    Run first = create(session, "run a", FULL);
    Run second = create(session, "run b", Run.Report.EMPTY);

    assertThat(first.number()).isEqualTo(1);
    assertThat(second.number()).isEqualTo(2);
    assertThat(first.report()).isEqualTo(FULL);
    assertThat(find(session, "run a")).containsExactly(first);
    assertThat(runs(session, false, 0, 9)).containsExactly(first, second);
  }

  @Test
  void createRun_leavesTheSessionButForTheCount() {
    Session session = newSession();

    create(session, "run", FULL);

    assertThat(find(session)).isEqualTo(session.withRun());
    assertThat(find(session).updateTime()).isEqualTo(session.updateTime());
  }

  @Test
  void createRun_idTaken_refusedAndNothingChanged() {
    Session session = newSession();
    Run run = create(session, "run", FULL);

    refused(ErrorReason.RUN_EXISTS, make(session, "run", Run.Report.EMPTY));

    assertThat(runs(session, false, 0, 9)).containsExactly(run);
    assertThat(find(session).runCount()).isEqualTo(1);
  }

  @Test
  void createRun_sameIdInAnotherSession_isAnotherRun() {
    Session session = newSession();
    Session other = newSession(session.agentId());

    create(session, "run", FULL);
    create(other, "run", Run.Report.EMPTY);

    assertThat(find(session, "run").get(0).report()).isEqualTo(FULL);
    assertThat(find(other, "run").get(0).report()).isEqualTo(Run.Report.EMPTY);
  }

  @Test
  void createRun_manyAtOnce_numberedWithoutGaps() {
    Session session = newSession();

    List<CompletableFuture<Run>> made = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      made.add(make(session, "run " + i, Run.Report.EMPTY));
    }
    made.forEach(StoreCases::get);

    assertThat(runs(session, false, 0, 99).stream().map(Run::number))
        .hasSize(50)
        .startsWith(1L, 2L)
        .endsWith(50L)
        .isSorted();
  }

  @Test
  void writes_unknownSession_refused() {
    Session unknown = Sessions.of(newAgent().agentId());

    refused(ErrorReason.SESSION_NOT_FOUND, make(unknown, "run", FULL));
    refused(ErrorReason.SESSION_NOT_FOUND, store().updateRun(ref(unknown, "run"), run -> run));
    refused(ErrorReason.SESSION_NOT_FOUND, store().putContext(ref(unknown, "run"), List.of()));
    assertThat(get(store().listRuns(new RunQuery(Sessions.ref(unknown), true, 0, 1), NONE)))
        .isEmpty();
    assertThat(get(store().findRuns(Sessions.ref(unknown), Set.of("run"), NONE))).isEmpty();
    assertThat(get(store().findContexts(Sessions.ref(unknown), Set.of("run"), NONE))).isEmpty();
  }

  @Test
  void writes_archivedSession_refusedAndReadsGoOn() {
    Session session = newSession();
    Run run = create(session, "run", FULL);
    archive(session);

    refused(ErrorReason.SESSION_ARCHIVED, make(session, "other", FULL));
    refused(ErrorReason.SESSION_ARCHIVED, store().updateRun(ref(session, "run"), r -> r));
    refused(ErrorReason.SESSION_ARCHIVED, store().putContext(ref(session, "run"), List.of()));
    assertThat(find(session, "run")).containsExactly(run);
  }

  @Test
  void updateRun_stateTimesAndReport_stored() {
    Session session = newSession();
    Run run = create(session, "run", Run.State.PENDING, Run.Report.EMPTY);
    assertThat(run.startTime()).isNull();

    Run running =
        get(
            store()
                .updateRun(
                    ref(session, "run"), r -> r.withState(Run.State.RUNNING, clock.instant())));
    Run done =
        get(
            store()
                .updateRun(
                    ref(session, "run"),
                    r -> r.withState(Run.State.FAILED, clock.instant()).withReport(FULL)));

    assertThat(running.startTime()).isAfter(run.createTime());
    assertThat(done.endTime()).isAfter(running.startTime());
    assertThat(done.state()).isEqualTo(Run.State.FAILED);
    assertThat(done.report()).isEqualTo(FULL);
    assertThat(find(session, "run")).containsExactly(done);
  }

  @Test
  void updateRun_refusedByTheChange_nothingChanged() {
    Session session = newSession();
    Run run = create(session, "run", FULL);

    refused(
        ErrorReason.RUN_STATE_CONFLICT,
        store()
            .updateRun(
                ref(session, "run"),
                r -> {
                  throw new SessionException(ErrorReason.RUN_STATE_CONFLICT, "no");
                }));

    assertThat(find(session, "run")).containsExactly(run);
  }

  @Test
  void updateRun_ofWhatMayNotChange_isAFault() {
    Session session = newSession();
    Run run = create(session, "run", FULL);

    assertThatThrownBy(() -> get(store().updateRun(ref(session, "run"), r -> r.withNumber(7))))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(find(session, "run")).containsExactly(run);
  }

  @Test
  void updateRun_unknownRun_refused() {
    Session session = newSession();

    refused(ErrorReason.RUN_NOT_FOUND, store().updateRun(ref(session, "run"), run -> run));
    refused(ErrorReason.RUN_NOT_FOUND, store().putContext(ref(session, "run"), List.of()));
    assertThat(find(session, "run")).isEmpty();
  }

  @Test
  void listRuns_byPagesFromBothEnds() {
    Session session = newSession();
    newSession(session.agentId());
    List<Run> made = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      made.add(create(session, "run " + i, Run.Report.EMPTY));
    }

    assertThat(runs(session, false, 0, 2)).isEqualTo(made.subList(0, 2));
    assertThat(runs(session, false, 2, 2)).isEqualTo(made.subList(2, 4));
    assertThat(runs(session, false, 4, 2)).isEqualTo(made.subList(4, 5));
    assertThat(runs(session, false, 5, 2)).isEmpty();
    assertThat(runs(session, false, Long.MAX_VALUE, 2)).isEmpty();
    assertThat(runs(session, true, 0, 2)).containsExactly(made.get(4), made.get(3));
    assertThat(runs(session, true, 4, 9)).containsExactly(made.get(2), made.get(1), made.get(0));
    assertThat(runs(session, true, 1, 9)).isEmpty();
  }

  @Test
  void listRuns_bytes_endAfterTheRunThatPassesTheBound() {
    Session session = newSession();
    for (int i = 1; i <= 4; i++) {
      create(session, "run " + i, FULL);
    }
    int each = find(session, "run 1").get(0).bytes();

    assertThat(within(session, 0)).hasSize(1);
    assertThat(within(session, each)).hasSize(2);
    assertThat(within(session, 2 * each - 1)).hasSize(2);
    assertThat(within(session, 9 * each)).hasSize(4);
  }

  private List<Run> within(Session session, long bytesMax) {
    RunQuery query = new RunQuery(Sessions.ref(session), false, 0, 9, bytesMax);
    return get(store().listRuns(query, NONE)).orElseThrow().runs();
  }

  @Test
  void putContext_verbatimReplacedAndEmptied() {
    Session session = newSession();
    create(session, "run", FULL);
    create(session, "none", FULL);
    List<Json> items = List.of(Sessions.json("{ \"z\": 1.10, \"a\": 1E400 }"), Sessions.json("{}"));

    Run run = get(store().putContext(ref(session, "run"), items));

    assertThat(run.contextBytes()).isEqualTo(items.get(0).utf8().length + 2);
    assertThat(find(session, "run")).containsExactly(run);
    assertThat(
            get(
                store()
                    .findContexts(Sessions.ref(session), Set.of("run", "none", "unknown"), NONE)))
        .hasValueSatisfying(
            found ->
                assertThat(found)
                    .containsOnlyKeys("run", "none")
                    .containsEntry("run", items)
                    .containsEntry("none", List.of()));

    get(store().putContext(ref(session, "run"), List.of(Sessions.json("{\"new\":1}"))));
    assertThat(context(session, "run")).containsExactly(Sessions.json("{\"new\":1}"));
    assertThat(get(store().putContext(ref(session, "run"), List.of())).contextBytes()).isZero();
    assertThat(context(session, "run")).isEmpty();
  }

  @Test
  void listMessages_ofRuns_onlyTheirs() {
    Session session = newSession();
    appended(session, of("run", Role.USER, "1"), of(null, Role.USER, "2"));
    appended(session, of("run 2", Role.USER, "3"), of("ru", Role.USER, "4"));
    appended(session, of("run", Role.TOOL, "5"), of("run", Role.ASSISTANT, "6"));

    assertThat(texts(ofRuns(session, false, 0, 9, "run").messages()))
        .containsExactly("1", "5", "6");
    assertThat(texts(ofRuns(session, true, 0, 9, "run", "ru").messages()))
        .containsExactly("6", "5", "4", "1");
    MessagePage page = ofRuns(session, true, 0, 2, "run");
    assertThat(texts(page.messages())).containsExactly("6", "5");
    assertThat(page.more()).isTrue();
    assertThat(texts(ofRuns(session, true, 5, 2, "run").messages())).containsExactly("1");
    assertThat(ofRuns(session, true, 5, 1, "run").more()).isFalse();
    assertThat(ofRuns(session, true, 0, 9, "unknown").messages()).isEmpty();
  }

  @Test
  void listMessages_ofManyRuns_completeAndInOrder() {
    Session session = newSession();
    for (int i = 0; i < 5; i++) {
      List<Message.Draft> drafts = new ArrayList<>();
      for (int j = 0; j < 60; j++) {
        drafts.add(of("run " + (j % 7), Role.USER, "m"));
      }
      get(store().append(append(session, drafts)));
    }

    MessagePage page =
        ofRuns(
            session, false, 0, 999, "run 0", "run 1", "run 2", "run 3", "run 4", "run 5", "run 6");

    assertThat(sequences(page.messages())).hasSize(300).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void deleteSession_takesRunsAndContextsAlong() {
    Session session = newSession();
    create(session, "run", FULL);
    get(store().putContext(ref(session, "run"), List.of(Json.EMPTY_OBJECT)));
    Session neighbour = newSession(session.agentId());
    Run stays = create(neighbour, "run", FULL);

    get(delete(session));
    Session again =
        get(
            store()
                .createSession(
                    Sessions.of(session.agentId(), session.sessionId(), "again", clock.instant())));

    assertThat(runs(again, false, 0, 9)).isEmpty();
    assertThat(find(again, "run")).isEmpty();
    assertThat(create(again, "run", FULL).number()).isEqualTo(1);
    assertThat(context(again, "run")).isEmpty();
    assertThat(find(neighbour, "run")).containsExactly(stays);
  }

  @Test
  void anotherUser_seesAndChangesNothing() {
    Session session = newSession();
    create(session, "run", FULL);
    SessionRef.ById others =
        new SessionRef.ById(session.agentId(), session.sessionId(), "somebody else");

    refused(
        ErrorReason.SESSION_NOT_FOUND,
        store().updateRun(new Run.Ref(others, "run"), run -> run.withReport(Run.Report.EMPTY)));
    refused(
        ErrorReason.SESSION_NOT_FOUND,
        store().putContext(new Run.Ref(others, "run"), List.of(Json.EMPTY_OBJECT)));
    assertThat(get(store().listRuns(new RunQuery(others, true, 0, 1), NONE))).isEmpty();
    assertThat(get(store().findRuns(others, Set.of("run"), NONE))).isEmpty();
    assertThat(get(store().findContexts(others, Set.of("run"), NONE))).isEmpty();
    assertThat(find(session, "run").get(0).report()).isEqualTo(FULL);
  }

  private static Run.Ref ref(Session session, String runId) {
    return new Run.Ref(Sessions.ref(session), runId);
  }

  private Run create(Session session, String runId, Run.Report report) {
    return get(make(session, runId, report));
  }

  private Run create(Session session, String runId, Run.State state, Run.Report report) {
    return get(
        store()
            .createRun(
                Sessions.ref(session),
                Run.create(
                    session.agentId(),
                    session.sessionId(),
                    runId,
                    state,
                    report,
                    clock.instant())));
  }

  private CompletableFuture<Run> make(Session session, String runId, Run.Report report) {
    Run run =
        Run.create(
            session.agentId(),
            session.sessionId(),
            runId,
            Run.State.RUNNING,
            report,
            clock.instant());
    return store().createRun(Sessions.ref(session), run);
  }

  private List<Run> find(Session session, String runId) {
    return get(store().findRuns(Sessions.ref(session), Set.of(runId), NONE)).orElseThrow().runs();
  }

  private List<Run> runs(Session session, boolean newestFirst, long after, int limit) {
    RunQuery query = new RunQuery(Sessions.ref(session), newestFirst, after, limit);
    return get(store().listRuns(query, NONE)).orElseThrow().runs();
  }

  private List<Json> context(Session session, String runId) {
    return get(store().findContexts(Sessions.ref(session), Set.of(runId), NONE))
        .orElseThrow()
        .get(runId);
  }

  private MessagePage ofRuns(
      Session session, boolean newestFirst, long after, int limit, String... runIds) {
    MessageQuery query =
        new MessageQuery(
            Sessions.ref(session),
            newestFirst,
            EnumSet.allOf(Role.class),
            Set.of(runIds),
            after,
            limit,
            NO_BYTES_MAX);
    return get(store().listMessages(query, NONE)).orElseThrow();
  }

  private static Message.Draft of(String runId, Role role, String text) {
    return new Message.Draft(
        UUID.randomUUID().toString(), role, Content.text(text), runId, Json.EMPTY_OBJECT);
  }
}
