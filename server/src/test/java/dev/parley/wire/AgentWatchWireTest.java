package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.EventReader;
import dev.parley.testing.EventReader.Event;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code WatchSessions} of all sessions of an agent or an owner. */
@Timeout(180)
class AgentWatchWireTest {
  @TempDir Path folder;
  private ServerFixture server;
  private UUID agentId;

  @BeforeEach
  void start() {
    server = ServerFixture.start(folder);
    agentId = server.agent("acme");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private JsonNode send(String method, UUID agent, String path, String body) {
    HttpResponse<String> answer =
        server.send(method, "/v1/agents/" + agent + path, server.rootKey(), body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isBetween(200, 204);
    return answer.body().isEmpty() ? JsonBodies.tree("{}") : JsonBodies.tree(answer.body());
  }

  private String session(UUID agent, String key) {
    return send("POST", agent, "/sessions", "{\"key\":\"" + key + "\"}").at("/sessionId").asText();
  }

  private void append(UUID agent, String key, String... contents) {
    List<String> messages = new ArrayList<>();
    for (String content : contents) {
      messages.add("{\"role\":\"USER\",\"content\":\"%s\"}".formatted(content));
    }
    send(
        "POST",
        agent,
        "/messages:append",
        "{\"key\":\"%s\",\"createIfMissing\":true,\"messages\":[%s]}"
            .formatted(key, String.join(",", messages)));
  }

  private EventReader events(String key, String agent, String query) {
    return EventReader.open(
        server.port(),
        "/v1/agents/" + agent + "/sessions:watch?" + query,
        request -> request.header("Authorization", "Bearer " + key));
  }

  private EventReader events(String query) {
    return events(server.rootKey(), agentId.toString(), query);
  }

  private static String content(Event event) {
    assertThat(event.name()).isEqualTo("message");
    return event.json().at("/message/content").asText();
  }

  private static Event caughtUp(EventReader events) {
    Event event = events.next();
    assertThat(event.name()).isEqualTo("caught-up");
    return event;
  }

  @Test
  void beginsWithWhatHappensNext_andNamesTheSession() {
    append(agentId, "a", "before");
    try (EventReader events = events("")) {
      caughtUp(events);
      append(agentId, "a", "one");
      append(agentId, "b", "two", "three");

      Event one = events.next();
      assertThat(content(one)).isEqualTo("one");
      assertThat(one.json().at("/agentId").asText()).isEqualTo(agentId.toString());
      Event two = events.next();
      assertThat(content(two)).isEqualTo("two");
      assertThat(two.json().at("/sessionId").asText())
          .isNotEqualTo(one.json().at("/sessionId").asText());
      assertThat(content(events.next())).isEqualTo("three");
    }
  }

  @Test
  void resumesAfterEveryEvent_alsoWithinAnAppend() {
    List<String> ids = new ArrayList<>();
    try (EventReader events = events("")) {
      ids.add(caughtUp(events).id());
      append(agentId, "a", "1", "2", "3");
      append(agentId, "b", "4");
      append(agentId, "a", "5", "6");
      for (int i = 0; i < 6; i++) {
        ids.add(events.next().id());
      }
    }
    for (int i = 0; i < ids.size(); i++) {
      try (EventReader again = events("resumeToken=" + ids.get(i))) {
        for (int next = i + 1; next <= 6; next++) {
          assertThat(content(again.next())).isEqualTo(String.valueOf(next));
        }
        assertThat(again.next().name()).isEqualTo("caught-up");
      }
    }
  }

  @Test
  void reportsSessionsRunsAndDeletions() {
    try (EventReader events = events("include=SESSIONS&include=RUNS")) {
      caughtUp(events);
      String id = session(agentId, "k");
      Event created = events.next();
      assertThat(created.name()).isEqualTo("session");
      assertThat(created.json().at("/session/sessionId").asText()).isEqualTo(id);

      append(agentId, "k", "one");
      Event appended = events.next();
      assertThat(appended.name()).isEqualTo("session");
      assertThat(appended.json().at("/session/headSequence").asText()).isEqualTo("1");

      send("POST", agentId, "/sessions/" + id + "/runs", "{\"runId\":\"r\"}");
      Event run = events.next();
      assertThat(run.name()).isEqualTo("run");
      assertThat(run.json().at("/run/runId").asText()).isEqualTo("r");

      send("POST", agentId, "/sessions/" + id + ":archive", "{}");
      assertThat(events.next().json().at("/session/archiveTime").isTextual()).isTrue();

      send("DELETE", agentId, "/sessions/" + id, null);
      Event deleted = events.next();
      assertThat(deleted.name()).isEqualTo("deleted");
      assertThat(deleted.json().at("/sessionId").asText()).isEqualTo(id);
    }
  }

  @Test
  void allAgents_areThoseOfTheKey_alsoNewOnes() {
    UUID foreign = server.agent("other");
    try (EventReader events = events(server.masterKey("acme"), "-", "")) {
      caughtUp(events);
      append(foreign, "x", "foreign");
      append(agentId, "a", "one");
      UUID added = server.agent("acme");
      append(added, "b", "two");

      assertThat(content(events.next())).isEqualTo("one");
      Event two = events.next();
      assertThat(content(two)).isEqualTo("two");
      assertThat(two.json().at("/agentId").asText()).isEqualTo(added.toString());
    }
  }

  @Test
  void agentKey_seesItsAgentOnly() {
    UUID second = server.agent("acme");
    String key = server.agentKey(agentId, "agent:read");
    try (EventReader own = events(key, "-", "");
        EventReader forbidden = events(key, second.toString(), "")) {
      assertThat(forbidden.status()).isEqualTo(403);
      caughtUp(own);
      append(second, "x", "foreign");
      append(agentId, "a", "own");
      assertThat(content(own.next())).isEqualTo("own");
    }
  }

  @Test
  void deletedAgent_endsTheWatch() {
    try (EventReader events = events("")) {
      caughtUp(events);
      HttpResponse<String> deleted =
          server.send("DELETE", "/v1/agents/" + agentId, server.rootKey(), null);
      assertThat(deleted.statusCode()).isBetween(200, 204);
      assertThat(events.nextOrEnd()).isNull();
    }
  }

  @Test
  void manySessions_areReportedOnceAndInOrder_acrossResumedWatches() throws Exception {
    int sessions = 4;
    int each = 150;
    String last;
    try (EventReader events = events("")) {
      last = caughtUp(events).id();
    }
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      String key = "s" + i;
      Thread writer =
          new Thread(
              () -> {
                for (int n = 0; n < each; n += 3) {
                  append(agentId, key, "m", "m", "m");
                }
              });
      writer.start();
      writers.add(writer);
    }
    Map<String, List<Long>> seen = new HashMap<>();
    int count = 0;
    while (count < sessions * each) {
      try (EventReader events = events("resumeToken=" + last)) {
        for (int i = 0; i < 100 && count < sessions * each; ) {
          Event event = events.next();
          last = event.id();
          if (event.name().equals("message")) {
            JsonNode json = event.json();
            seen.computeIfAbsent(json.at("/sessionId").asText(), id -> new ArrayList<>())
                .add(json.at("/message/sequence").asLong());
            count++;
            i++;
          }
        }
      }
    }
    for (Thread writer : writers) {
      writer.join();
    }
    List<Long> expected = LongStream.rangeClosed(1, each).boxed().toList();
    assertThat(seen.values())
        .hasSize(sessions)
        .allSatisfy(list -> assertThat(list).isEqualTo(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "resumeToken=s1, resumeToken",
    "resumeToken=c0.5, resumeToken",
    "afterSequence=1, afterSequence"
  })
  void invalidField_isNamed(String query, String field) {
    try (EventReader events = events(query)) {
      String body = events.rest();
      assertThat(events.status()).describedAs(body).isEqualTo(400);
      assertThat(body).contains("\"" + field + "\"");
    }
  }

  @Test
  void sessionOfAllAgents_isRejected() {
    try (EventReader events = events(server.rootKey(), "-", "key=k")) {
      assertThat(events.status()).isEqualTo(400);
      assertThat(events.rest()).contains("\"key\"");
    }
  }

  @Test
  void resumedAfterTheMessage_stillReportsTheStateOfItsSession() {
    try (EventReader events = events("include=MESSAGES&include=SESSIONS")) {
      caughtUp(events);
      append(agentId, "a", "one");
      Event message = events.next();
      while (!message.name().equals("message")) {
        message = events.next();
      }
      try (EventReader resumed =
          events("include=MESSAGES&include=SESSIONS&resumeToken=" + message.id())) {
        assertThat(resumed.next().name()).isEqualTo("session");
      }
    }
  }

  @Test
  void tokenThatTheStoreHasNotReached_isTheLastPosition() {
    try (EventReader events = events("resumeToken=c999999999999999999&heartbeat=1s")) {
      caughtUp(events);
      append(agentId, "a", "one");
      Event event = events.nextOrEnd();
      for (int i = 0; i < 5 && event != null && event.name().equals("comment"); i++) {
        event = events.nextOrEnd();
      }
      assertThat(event).isNotNull();
      assertThat(content(event)).isEqualTo("one");
    }
  }

  @Test
  void watchOfADeletedAgent_ends_alsoWhileOtherAgentsWrite() {
    UUID other = server.agent("acme");
    try (EventReader events = events("heartbeat=1s")) {
      caughtUp(events);
      append(other, "b", "later");
      send("DELETE", agentId, "", null);
      Event event = events.nextOrEnd();
      for (int i = 0; i < 10 && event != null; i++) {
        event = events.nextOrEnd();
      }
      assertThat(event).isNull();
    }
  }
}
