package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.EventReader;
import dev.parley.testing.EventReader.Event;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Watches sessions while they are changed and while the server is restarted. The events of each
 * watch are compared with the stored messages.
 */
@Timeout(300)
class WatchRestartTest {
  private static final int SESSIONS = 5;
  private static final int APPENDS = 120;
  private static final int RESTARTS = 3;

  @TempDir Path folder;
  private volatile ServerFixture server;
  private UUID agentId;
  private final AtomicInteger appends = new AtomicInteger();
  private final ExecutorService executor = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    executor.shutdownNow();
    server.close();
  }

  /** Calls the server. Repeats the call after a restart if the server stopped meanwhile. */
  private HttpResponse<String> send(String method, String path, @Nullable String body) {
    while (true) {
      ServerFixture now = server;
      try {
        HttpResponse<String> answer =
            now.send(method, "/v1/agents/" + agentId + path, now.rootKey(), body);
        if (answer.statusCode() < 500) {
          return answer;
        }
        awaitRestart(now, answer.body());
      } catch (RuntimeException e) {
        awaitRestart(now, e);
      }
    }
  }

  private void awaitRestart(ServerFixture stopped, Object failure) {
    Waiting.until(() -> server != stopped, () -> "a restart after " + failure);
  }

  /** Appends to a session, and sometimes archives and restores it. */
  private void write(int number) {
    Random random = new Random(number);
    for (int i = 0; i < APPENDS; i++) {
      // The id makes the append safe to repeat after a restart.
      HttpResponse<String> answer =
          send(
              "POST",
              "/messages:append",
              "{\"key\":\"k%d\",\"createIfMissing\":true,\"messages\":[%s,%s]}"
                  .formatted(number, message(number, i, "a"), message(number, i, "b")));
      assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
      appends.incrementAndGet();
      if (random.nextInt(20) == 0) {
        String id = JsonBodies.text(answer.body(), "/session/sessionId");
        send("POST", "/sessions/" + id + ":archive", "{}");
        send("POST", "/sessions/" + id + ":restore", "{}");
      }
    }
  }

  private static String message(int session, int number, String part) {
    return "{\"messageId\":\"%d-%d-%s\",\"role\":\"USER\",\"content\":\"x\"}"
        .formatted(session, number, part);
  }

  /** Watches until every message was seen, and resumes whenever the stream ends. */
  private Map<String, List<Long>> watch(String path, String start, int messages) {
    Map<String, List<Long>> seen = new HashMap<>();
    int count = 0;
    String token = start;
    while (count < messages) {
      ServerFixture now = server;
      try (EventReader events =
          EventReader.open(
              now.port(),
              "/v1/agents/" + agentId + path + "heartbeat=1s&resumeToken=" + token,
              request -> request.header("Authorization", "Bearer " + now.rootKey()))) {
        if (events.status() != 200) {
          throw new IllegalStateException("The server answers " + events.status() + ".");
        }
        Event event = events.nextOrEnd();
        while (event != null && count < messages) {
          if (!event.id().isEmpty()) {
            token = event.id();
          }
          if (event.name().equals("message") && !event.data().isEmpty()) {
            JsonNode json = event.json();
            seen.computeIfAbsent(json.at("/sessionId").asText(), id -> new ArrayList<>())
                .add(json.at("/message/sequence").asLong());
            count++;
          }
          event = count < messages ? events.nextOrEnd() : null;
        }
      } catch (RuntimeException e) {
        awaitRestart(now, e);
      }
    }
    return seen;
  }

  private String caughtUp(String path) {
    try (EventReader events =
        EventReader.open(
            server.port(),
            "/v1/agents/" + agentId + path,
            request -> request.header("Authorization", "Bearer " + server.rootKey()))) {
      return events.next().id();
    }
  }

  @Test
  void watches_missNothing_andRepeatNothing() {
    server = ServerFixture.start(folder);
    agentId = server.agent("acme");
    String start = caughtUp("/sessions:watch");
    String first =
        JsonBodies.text(send("POST", "/sessions", "{\"key\":\"k0\"}").body(), "/sessionId");
    List<CompletableFuture<?>> running = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      int number = i;
      running.add(CompletableFuture.runAsync(() -> write(number), executor));
    }
    CompletableFuture<Map<String, List<Long>>> one =
        CompletableFuture.supplyAsync(
            () -> watch("/sessions/" + first + ":watch?", "s0", 2 * APPENDS), executor);
    CompletableFuture<Map<String, List<Long>>> all =
        CompletableFuture.supplyAsync(
            () -> watch("/sessions:watch?", start, 2 * APPENDS * SESSIONS), executor);

    for (int i = 1; i <= RESTARTS; i++) {
      int goal = i * APPENDS * SESSIONS / (RESTARTS + 1);
      Waiting.until(() -> appends.get() >= goal, () -> goal + " appends");
      server.close();
      server = ServerFixture.start(folder);
    }
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();

    List<Long> expected = new ArrayList<>();
    for (long i = 1; i <= 2 * APPENDS; i++) {
      expected.add(i);
    }
    assertThat(one.join()).isEqualTo(Map.of(first, expected));
    assertThat(all.join()).hasSize(SESSIONS);
    assertThat(all.join().values()).allSatisfy(seen -> assertThat(seen).isEqualTo(expected));
  }
}
