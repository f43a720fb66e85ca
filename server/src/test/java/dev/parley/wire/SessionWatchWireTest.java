package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.Setting;
import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import dev.parley.testing.EventReader;
import dev.parley.testing.EventReader.Event;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code WatchSessions} of one session, over both transports. */
@Timeout(120)
class SessionWatchWireTest {
  @TempDir Path folder;
  private ServerFixture server;
  private UUID agentId;
  private String session;

  @BeforeEach
  void start() {
    server = ServerFixture.in(folder).flag(Setting.WATCHES_PER_CALLER_MAX, "2").start();
    agentId = server.agent("acme");
    session = ok(send("POST", "/sessions", "{\"key\":\"k\"}")).at("/sessionId").asText();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, server.rootKey(), body);
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isBetween(200, 204);
    return answer.body().isEmpty() ? JsonBodies.tree("{}") : JsonBodies.tree(answer.body());
  }

  private void append(String content) {
    ok(
        send(
            "POST",
            "/messages:append",
            "{\"key\":\"k\",\"messages\":[{\"role\":\"USER\",\"content\":\"%s\"}]}"
                .formatted(content)));
  }

  private EventReader events(String query, String... headers) {
    return EventReader.open(
        server.port(),
        "/v1/agents/" + agentId + "/sessions/" + session + ":watch?" + query,
        request -> {
          request.header("Authorization", "Bearer " + server.rootKey());
          return headers.length == 0 ? request : request.headers(headers);
        });
  }

  private String token(int sequence) {
    return "s" + sequence + "." + session.replace("-", "");
  }

  private static String content(Event event) {
    return event.json().at("/message/content").asText();
  }

  private int watches() {
    return WatchTimeoutsTest.gauge(server, "parley_watches");
  }

  private void untilClosed() {
    Waiting.until(() -> watches() == 0, () -> "the end of the watch");
  }

  @Test
  void rest_reportsStoredMessages_thenNewOnes_asEvents() {
    append("one");
    try (EventReader events = events("")) {
      assertThat(events.status()).isEqualTo(200);
      assertThat(events.header("content-type")).isEqualTo("text/event-stream");
      assertThat(events.header("cache-control")).isEqualTo("no-store");
      Event first = events.next();
      assertThat(first.name()).isEqualTo("message");
      assertThat(first.id()).isEqualTo(token(1));
      assertThat(content(first)).isEqualTo("one");
      assertThat(first.json().at("/agentId").asText()).isEqualTo(agentId.toString());
      assertThat(first.json().at("/sessionId").asText()).isEqualTo(session);
      assertThat(first.json().at("/resumeToken").asText()).isEqualTo(token(1));
      assertThat(events.next().name()).isEqualTo("caught-up");

      append("two");
      append("three");

      assertThat(content(events.next())).isEqualTo("two");
      assertThat(content(events.next())).isEqualTo("three");
    }
    untilClosed();
  }

  @Test
  void rest_beginsWithTheTimeAfterWhichBrowsersConnectAgain() {
    try (EventReader events = events("")) {
      assertThat(events.nextOrEnd().retry()).isEqualTo("1000");
    }
  }

  @Test
  void rest_resumesAfterTheLastEventId_orTheToken_orTheSequence() {
    for (String content : List.of("one", "two", "three")) {
      append(content);
    }
    try (EventReader header = events("afterSequence=1", "Last-Event-ID", token(2))) {
      assertThat(content(header.next())).isEqualTo("three");
    }
    untilClosed();
    try (EventReader token = events("resumeToken=" + token(1))) {
      assertThat(content(token.next())).isEqualTo("two");
    }
    untilClosed();
    try (EventReader sequence = events("afterSequence=3")) {
      assertThat(sequence.next().name()).isEqualTo("caught-up");
    }
  }

  @Test
  void rest_head_answersTheHeadersOnly() {
    HttpResponse<String> answer = send("HEAD", "/sessions/" + session + ":watch", null);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
    assertThat(answer.body()).isEmpty();
    untilClosed();
  }

  @Test
  void rest_heartbeatIsAComment() {
    try (EventReader events = events("heartbeat=1s")) {
      assertThat(events.next().name()).isEqualTo("caught-up");
      Event heartbeat = events.nextOrEnd();
      assertThat(heartbeat).isEqualTo(new Event("comment", "", "heartbeat"));
    }
  }

  @Test
  void deletedSession_endsTheWatch_andResumingAnswers204() {
    append("one");
    try (EventReader events = events("afterSequence=1")) {
      assertThat(events.next().name()).isEqualTo("caught-up");
      ok(send("DELETE", "/sessions/" + session, null));
      Event deleted = events.next();
      assertThat(deleted.name()).isEqualTo("deleted");
      assertThat(deleted.id()).isEqualTo(token(1));
      assertThat(events.nextOrEnd()).isNull();
    }
    try (EventReader again = events("", "Last-Event-ID", token(1))) {
      assertThat(again.status()).isEqualTo(204);
    }
    try (EventReader first = events("")) {
      assertThat(first.status()).isEqualTo(404);
      assertThat(JsonBodies.tree(first.rest()).at("/error/details/0/reason").asText())
          .isEqualTo("SESSION_NOT_FOUND");
    }
  }

  @Test
  void include_sessionsAndRuns_beginsWithTheirState_andReportsChanges() {
    try (EventReader events = events("include=SESSIONS&include=RUNS")) {
      Event state = events.next();
      assertThat(state.name()).isEqualTo("session");
      assertThat(state.json().at("/session/key").asText()).isEqualTo("k");
      assertThat(events.next().name()).isEqualTo("caught-up");

      ok(send("POST", "/sessions/" + session + "/runs", "{\"runId\":\"r\"}"));
      Event run = events.next();
      assertThat(run.name()).isEqualTo("run");
      assertThat(run.json().at("/run/state").asText()).isEqualTo("RUNNING");

      ok(send("PATCH", "/sessions/" + session + "/runs/r", "{\"state\":\"COMPLETED\"}"));
      assertThat(events.next().json().at("/run/state").asText()).isEqualTo("COMPLETED");

      ok(send("POST", "/sessions/" + session + ":archive", "{}"));
      Event archived = events.next();
      assertThat(archived.name()).isEqualTo("session");
      assertThat(archived.json().at("/session/archiveTime").isMissingNode()).isFalse();
    }
  }

  @Test
  void deletedMessages_areLeftOut_andTheWatchGoesOn() {
    for (String content : List.of("one", "two", "three")) {
      append(content);
    }
    ok(send("DELETE", "/sessions/" + session + "/messages:lookup?messageId=" + id(3), null));
    ok(send("DELETE", "/sessions/" + session + "/messages:lookup?messageId=" + id(2), null));
    try (EventReader events = events("")) {
      assertThat(content(events.next())).isEqualTo("one");
      Event caughtUp = events.next();
      assertThat(caughtUp.name()).isEqualTo("caught-up");
      assertThat(caughtUp.id()).isEqualTo(token(3));
      append("four");
      assertThat(events.next().id()).isEqualTo(token(4));
    }
  }

  private String id(int sequence) {
    return ok(send("GET", "/sessions/" + session + "/messages:lookup?sequence=" + sequence, null))
        .at("/messageId")
        .asText();
  }

  @Test
  void manyMessages_areReportedOnceAndInOrder_whileOthersAppend() {
    int count = 1000;
    Thread writer =
        new Thread(
            () -> {
              for (int i = 1; i <= count; i++) {
                append(String.valueOf(i));
              }
            });
    writer.start();
    List<String> seen = new ArrayList<>();
    String last = "s0";
    while (seen.size() < count) {
      // The watch is resumed after every 300 messages.
      try (EventReader events = events("resumeToken=" + last)) {
        for (int i = 0; i < 300 && seen.size() < count; ) {
          Event event = events.next();
          if (event.name().equals("message")) {
            seen.add(content(event));
            i++;
          }
          last = event.id();
        }
      }
      untilClosed();
    }
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      expected.add(String.valueOf(i));
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void watchesAtDifferentPlaces_reportTheSameMessagesInOrder_withoutDeletedOnes() {
    int count = 200;
    for (int i = 1; i <= count; i++) {
      append(String.valueOf(i));
    }
    // Each round reads sections that an earlier one has read, with one more message deleted.
    for (int deleted = 50; deleted < 53; deleted++) {
      ok(send("DELETE", "/sessions/" + session + "/messages/" + id(deleted), null));
      int gone = deleted;
      List<String> expected =
          IntStream.rangeClosed(1, count)
              .filter(sequence -> sequence < 50 || sequence > gone)
              .mapToObj(String::valueOf)
              .toList();
      try (EventReader fromBegin = events("afterSequence=0");
          EventReader fromLater = events("afterSequence=7")) {
        assertThat(contents(fromBegin, expected.size())).isEqualTo(expected);
        assertThat(contents(fromLater, expected.size() - 7))
            .isEqualTo(expected.subList(7, expected.size()));
      }
      untilClosed();
      try (CancellableContext context = Context.current().withCancellation()) {
        context.run(() -> assertThat(grpcContents(expected.size())).isEqualTo(expected));
      }
      untilClosed();
    }
  }

  private List<String> grpcContents(int count) {
    Iterator<WatchSessionsResponse> events =
        WatchServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .watchSessions(request().setKey("k").build());
    return Stream.generate(events::next)
        .limit(count)
        .map(event -> event.getMessage().getContent().getText())
        .toList();
  }

  private static List<String> contents(EventReader events, int count) {
    return Stream.generate(events::next).limit(count).map(SessionWatchWireTest::content).toList();
  }

  @Test
  void grpc_reportsMessages_andEndsWhenTheServerStops() {
    append("one");
    Iterator<WatchSessionsResponse> events =
        WatchServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .watchSessions(request().setKey("k").build());
    WatchSessionsResponse first = events.next();
    assertThat(first.getMessage().getContent().getText()).isEqualTo("one");
    assertThat(first.getResumeToken()).isEqualTo(token(1));
    assertThat(events.next().hasCaughtUp()).isTrue();

    server.stop();

    assertThat(status(events)).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void grpc_cancelledWatch_isClosed() {
    try (CancellableContext context = Context.current().withCancellation()) {
      context.run(
          () ->
              assertThat(
                      WatchServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                          .watchSessions(request().setSessionId(session).build())
                          .next()
                          .hasCaughtUp())
                  .isTrue());
      assertThat(watches()).isEqualTo(1);
    }
    untilClosed();
  }

  private WatchSessionsRequest.Builder request() {
    return WatchSessionsRequest.newBuilder().setAgentId(agentId.toString());
  }

  private static Status.Code status(Iterator<WatchSessionsResponse> events) {
    try {
      while (events.hasNext()) {
        events.next();
      }
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void tooManyWatchesOfOneCaller_areRefused() {
    try (EventReader first = events("");
        EventReader second = events("")) {
      assertThat(first.status()).isEqualTo(200);
      assertThat(second.status()).isEqualTo(200);
      try (EventReader third = events("")) {
        assertThat(third.status()).isEqualTo(429);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "heartbeat=0.999s, heartbeat",
    "heartbeat=60.001s, heartbeat",
    "resumeToken=x1, resumeToken",
    "resumeToken=c1, resumeToken",
    "resumeToken=s1.1, resumeToken",
    "resumeToken=s1.00000000000000000000000000000001, resumeToken",
    "resumeToken=s1&afterSequence=1, afterSequence",
    "afterSequence=-1, afterSequence",
    "include=INCLUDE_UNSPECIFIED, include[0]",
    "include=WORDS, include"
  })
  void invalidField_isNamed(String query, String field) {
    try (EventReader events = events(query)) {
      String body = events.rest();
      assertThat(events.status()).describedAs(body).isEqualTo(400);
      assertThat(body).contains("\"" + field + "\"");
    }
  }

  @Test
  void heartbeatBounds_areAccepted() {
    for (String heartbeat : List.of("1s", "60s")) {
      try (EventReader events = events("heartbeat=" + heartbeat)) {
        assertThat(events.status()).isEqualTo(200);
      }
      untilClosed();
    }
  }

  private EventReader byKey(String query) {
    return EventReader.open(
        server.port(),
        "/v1/agents/" + agentId + "/sessions:watch?key=k" + query,
        request -> request.header("Authorization", "Bearer " + server.rootKey()));
  }

  /** A browser that reconnects after the event "deleted", when another session has the key. */
  @Test
  void watchByKey_resumedAfterTheKeyWasUsedAgain_isTheOldWatch() {
    append("one");
    append("two");
    String token;
    try (EventReader events = byKey("")) {
      events.next();
      token = events.next().id();
      ok(send("DELETE", "/sessions/" + session, null));
      ok(send("POST", "/sessions", "{\"key\":\"k\"}"));
      append("first of the new session");
    }
    try (EventReader events = byKey("&resumeToken=" + token)) {
      assertThat(events.status()).isEqualTo(204);
    }
  }

  /** "The watch stays with that session if it is archived." */
  @Test
  void watchByKey_isResumedAfterItsSessionWasArchived() {
    append("one");
    try (EventReader events = byKey("")) {
      String token = events.next().id();
      ok(send("POST", "/sessions/" + session + ":archive", "{}"));
      try (EventReader resumed = byKey("&resumeToken=" + token)) {
        assertThat(resumed.status()).isEqualTo(200);
      }
    }
  }
}
