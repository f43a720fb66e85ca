package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.ResponseHeaders;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.CreateWebhookRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.WebhookServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import dev.parley.testing.WebhookReceiver;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed while it sends events to a receiver that sometimes fails. */
@Timeout(300)
class WebhookCrashIT {
  private static final int ROUNDS = 3;
  private static final int SESSIONS = 4;
  private static final int MESSAGES_PER_ROUND = 60;

  @TempDir private Path work;

  @Test
  void serverKilledWhileItDelivers_losesNoEvent_andKeepsTheOrder() throws Exception {
    TestPki pki = new TestPki(Files.createDirectory(work.resolve("pki")));
    String[] flags = {
      "--webhook-ca", pki.authority().toString(), "--webhook-private-addresses", "127.0.0.1,::1"
    };
    try (WebhookReceiver receiver = new WebhookReceiver(pki.issue("receiver"), 0)) {
      UUID agentId;
      try (ServerProcess server = ServerProcess.start(work, flags)) {
        agentId = server.agent();
        WebhookServiceGrpc.newBlockingStub(server.channel())
            .createWebhook(
                CreateWebhookRequest.newBuilder()
                    .setUrl(receiver.url("/"))
                    .setAgentId(agentId.toString())
                    .setOwner("acme")
                    .build());
      }
      int stored = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        // Every seventh request fails, so that kills also meet retries.
        receiver.answer(
            request -> ResponseHeaders.of(receiver.requests().size() % 7 == 0 ? 503 : 200));
        try (ServerProcess server = ServerProcess.start(work, flags)) {
          int before = receiver.requests().size();
          for (int i = 0; i < MESSAGES_PER_ROUND; i++) {
            append(server, agentId, "k" + stored % SESSIONS);
            stored++;
          }
          Waiting.until(() -> receiver.requests().size() > before + 5, server::err);
          server.kill();
        }
      }
      int expected = stored;
      receiver.answer(200);
      try (ServerProcess server = ServerProcess.start(work, flags)) {
        Waiting.until(
            () -> firsts(receiver).values().stream().mapToInt(List::size).sum() == expected,
            server::err);
      }

      assertThat(firsts(receiver))
          .hasSize(SESSIONS)
          .allSatisfy(
              (session, sequences) ->
                  assertThat(sequences).isSorted().doesNotHaveDuplicates().startsWith(1L));
    }
  }

  private static void append(ServerProcess server, UUID agentId, String key) {
    try {
      var unused =
          SessionServiceGrpc.newBlockingStub(server.channel())
              .appendMessages(
                  AppendMessagesRequest.newBuilder()
                      .setAgentId(agentId.toString())
                      .setKey(key)
                      .setCreateIfMissing(true)
                      .addMessages(
                          ChatMessage.newBuilder()
                              .setRole(ChatMessage.Role.USER)
                              .setContent(Content.newBuilder().setText("x")))
                      .build());
    } catch (StatusRuntimeException e) {
      throw new AssertionError(server.err(), e);
    }
  }

  /** The sequences of each session, in the order of their first arrival. */
  private static Map<String, List<Long>> firsts(WebhookReceiver receiver) {
    Map<String, List<Long>> firsts = new LinkedHashMap<>();
    for (WebhookReceiver.Request request : receiver.requests()) {
      var data = JsonBodies.tree(request.body()).at("/data");
      List<Long> sequences =
          firsts.computeIfAbsent(data.at("/sessionId").asText(), id -> new ArrayList<>());
      long sequence = data.at("/message/sequence").asLong();
      if (!sequences.contains(sequence)) {
        sequences.add(sequence);
      }
    }
    return firsts;
  }
}
