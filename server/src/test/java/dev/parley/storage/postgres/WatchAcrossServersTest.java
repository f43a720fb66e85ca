package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.testing.EventReader;
import dev.parley.testing.EventReader.Event;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches on one server while another server on the same database writes. */
@Timeout(180)
class WatchAcrossServersTest {
  private final String database = PostgresServer.shared().newDatabase();
  private ServerFixture one;
  private ServerFixture two;
  private UUID agentId;

  @BeforeEach
  void start() {
    one = ServerFixture.over(this::open).start();
    two = ServerFixture.over(this::open).start();
    agentId = one.agent("acme");
  }

  private Store open() {
    return PostgresStores.open(
        database, PostgresSettings.DEFAULTS, new SimpleMeterRegistry(), StoreObserver.NONE);
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private JsonNode append(ServerFixture server, String key, int count) {
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add("{\"role\":\"USER\",\"content\":\"x\"}");
    }
    HttpResponse<String> answer =
        server.send(
            "POST",
            "/v1/agents/" + agentId + "/messages:append",
            server.rootKey(),
            "{\"key\":\"%s\",\"createIfMissing\":true,\"messages\":[%s]}"
                .formatted(key, String.join(",", messages)));
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private static EventReader events(ServerFixture server, String path) {
    return EventReader.open(
        server.port(),
        path,
        request -> request.header("Authorization", "Bearer " + server.rootKey()));
  }

  @Test
  void watchOfASession_reportsWhatAnotherServerStores() {
    String session = append(one, "k", 1).at("/session/sessionId").asText();
    try (EventReader events =
        events(two, "/v1/agents/" + agentId + "/sessions/" + session + ":watch")) {
      assertThat(events.next().id()).startsWith("s1.");
      assertThat(events.next().name()).isEqualTo("caught-up");
      append(one, "k", 1);
      assertThat(events.next().id()).startsWith("s2.");
    }
  }

  @Test
  void waitingList_endsWithAMessageOfAnotherServer() {
    String session = append(one, "k", 1).at("/session/sessionId").asText();
    CompletableFuture<HttpResponse<String>> list =
        CompletableFuture.supplyAsync(
            () ->
                two.send(
                    "GET",
                    "/v1/agents/%s/sessions/%s/messages?order=OLDEST_FIRST&startSequence=2&wait=30s"
                        .formatted(agentId, session),
                    two.rootKey(),
                    null));
    append(one, "k", 1);
    assertThat(JsonBodies.tree(list.join().body()).at("/messages/0/sequence").asText())
        .isEqualTo("2");
  }

  @Test
  void watchOfAllAgents_missesNothing_whileBothServersWrite() {
    int sessions = 4;
    int each = 100;
    String token;
    try (EventReader events = events(two, "/v1/agents/-/sessions:watch")) {
      token = events.next().id();
    }
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      String key = "s" + i;
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < each; n += 2) {
                  append(n % 4 == 0 ? one : two, key, 2);
                }
              }));
    }
    Map<String, List<Long>> seen = new HashMap<>();
    int count = 0;
    boolean first = true;
    while (count < sessions * each) {
      // Each watch goes on with the other server.
      ServerFixture server = first ? one : two;
      first = !first;
      try (EventReader events =
          events(server, "/v1/agents/-/sessions:watch?resumeToken=" + token)) {
        for (int i = 0; i < 50 && count < sessions * each; ) {
          Event event = events.next();
          token = event.id();
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
    CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).join();
    List<Long> expected = LongStream.rangeClosed(1, each).boxed().toList();
    assertThat(seen).hasSize(sessions);
    assertThat(seen.values()).allSatisfy(list -> assertThat(list).isEqualTo(expected));
  }

  /** Another server deletes the agent. */
  @Test
  void watchOfASession_ends_whenAnotherServerDeletesItsAgent() {
    String session = append(one, "k", 1).at("/session/sessionId").asText();
    try (EventReader events =
        events(two, "/v1/agents/" + agentId + "/sessions/" + session + ":watch?heartbeat=1s")) {
      assertThat(events.next().id()).startsWith("s1.");
      assertThat(events.next().name()).isEqualTo("caught-up");
      assertThat(one.send("DELETE", "/v1/agents/" + agentId, one.rootKey(), null).statusCode())
          .isEqualTo(200);
      Event event = events.nextOrEnd();
      for (int i = 0; i < 10 && event != null && event.name().equals("comment"); i++) {
        event = events.nextOrEnd();
      }
      assertThat(event == null || event.name().equals("deleted")).isTrue();
    }
  }

  /** A token of another database, or one that was given before a failover lost changes. */
  @Test
  void tokenThatTheDatabaseHasNotReached_isTheLastPosition() {
    try (EventReader events =
        events(two, "/v1/agents/-/sessions:watch?resumeToken=c999999999999999999&heartbeat=1s")) {
      assertThat(events.next().name()).isEqualTo("caught-up");
      append(two, "k", 1);
      Event event = events.nextOrEnd();
      for (int i = 0; i < 5 && event != null && event.name().equals("comment"); i++) {
        event = events.nextOrEnd();
      }
      assertThat(event).isNotNull();
      assertThat(event.name()).isEqualTo("message");
    }
  }
}
