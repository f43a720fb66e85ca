package dev.parley.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage.Role;
import dev.parley.proto.v1.ListMessagesRequest.Order;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed in the middle of a batch, and one that takes over its store. */
class AppenderCrashIT {
  private static final int MESSAGES = 4_000;
  private static final int SESSIONS = 8;

  @TempDir private Path work;

  @Test
  void server_killedDuringBatches_storesEachMessageOnceAndInOrder() {
    List<CompletableFuture<AppendMessagesResponse>> appends = new ArrayList<>();
    ServerProcess first = ServerProcess.start(work);
    try (ControlledChannel channel = new ControlledChannel(first.port(), first.rootKey());
        ParleyClient client =
            ParleyClient.builder(channel).timeout(Duration.ofMinutes(2)).build()) {
      String agentId = first.agent().toString();
      Appender appender = client.appender(AppenderLimits.DEFAULT.withBatch(MESSAGES / 20, 1 << 20));
      for (int i = 0; i < MESSAGES; i++) {
        appends.add(appender.append(agentId, key(i), ParleyClient.message(Role.USER, "text " + i)));
      }
      Waiting.until(() -> appends.get(MESSAGES / 4).isDone(), first::err);
      first.kill();
      first.close();
      try (ServerProcess second = ServerProcess.start(work)) {
        channel.connect(second.port(), second.rootKey());
        CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new)).join();

        for (int session = 0; session < SESSIONS; session++) {
          assertThat(texts(client, agentId, key(session))).isEqualTo(expected(session));
        }
      }
    } finally {
      first.close();
    }
  }

  private static String key(int i) {
    return "session " + i % SESSIONS;
  }

  private static List<String> expected(int session) {
    return IntStream.range(0, MESSAGES)
        .filter(i -> i % SESSIONS == session)
        .mapToObj(i -> "text " + i)
        .toList();
  }

  private static List<String> texts(ParleyClient client, String agentId, String key) {
    String sessionId = client.getSessionByKey(agentId, key).getSessionId();
    return client.messages(agentId, sessionId, Order.OLDEST_FIRST).stream()
        .map(message -> message.getContent().getText())
        .toList();
  }
}
