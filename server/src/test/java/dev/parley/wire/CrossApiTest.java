package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ClearSessionRequest;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.DeleteMessageRequest;
import dev.parley.proto.v1.DeleteSessionRequest;
import dev.parley.proto.v1.GetMessageRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.RestoreSessionRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change of a session through one API is visible through all other APIs. */
class CrossApiTest {
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).flag(Setting.RATE_LIMIT, "off").start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A session that was written over the native API, and the clients of the other APIs. */
  private static final class Scene {
    final UUID agentId = server.agent("owner-" + UUID.randomUUID());
    final String key = "user:alice:" + UUID.randomUUID();
    final SessionServiceGrpc.SessionServiceBlockingStub runtime;
    final ApiClients faces;
    final UUID sessionId;

    Scene(String transport) {
      String secret =
          server.key(
              """
              {"type":"AGENT","agentId":"%s","scopes":["chat","agent:manage"]}"""
                  .formatted(agentId));
      runtime = SessionServiceGrpc.newBlockingStub(server.channel(secret));
      faces =
          transport.equals("rest")
              ? new RestApiClients(server, secret)
              : new GrpcApiClients(server.channel(secret));
      append(ChatMessage.Role.USER, "first");
      append(ChatMessage.Role.TOOL, "not for people");
      sessionId = UUID.fromString(append(ChatMessage.Role.ASSISTANT, "last").getSessionId());
    }

    Session append(ChatMessage.Role role, String text) {
      return runtime
          .appendMessages(
              AppendMessagesRequest.newBuilder()
                  .setAgentId(agentId.toString())
                  .setKey(key)
                  .setCreateIfMissing(true)
                  .addMessages(
                      ChatMessage.newBuilder()
                          .setRole(role)
                          .setContent(Content.newBuilder().setText(text)))
                  .build())
          .getSession();
    }

    void delete(long sequence) {
      MessageServiceGrpc.MessageServiceBlockingStub messages =
          MessageServiceGrpc.newBlockingStub(runtime.getChannel())
              .withCallCredentials(runtime.getCallOptions().getCredentials());
      ChatMessage message =
          messages.getMessage(
              GetMessageRequest.newBuilder()
                  .setAgentId(agentId.toString())
                  .setSessionId(sessionId.toString())
                  .setSequence(sequence)
                  .build());
      var unused =
          messages.deleteMessage(
              DeleteMessageRequest.newBuilder()
                  .setAgentId(agentId.toString())
                  .setSessionId(sessionId.toString())
                  .setMessageId(message.getMessageId())
                  .build());
    }

    void clear() {
      var unused =
          runtime.clearSession(
              ClearSessionRequest.newBuilder()
                  .setAgentId(agentId.toString())
                  .setSessionId(sessionId.toString())
                  .build());
    }

    Session nativeSession() {
      return runtime.getSession(
          GetSessionRequest.newBuilder()
              .setAgentId(agentId.toString())
              .setSessionId(sessionId.toString())
              .build());
    }

    void assertSeenEverywhere(String label, long messages, String last) {
      assertSeenEverywhere(label, messages, last, last);
    }

    /** The last item can be the output of a tool, and Powabase does not list these. */
    void assertSeenEverywhere(String label, long messages, String last, String lastItem) {
      assertThat(faces.guayabaLabel(agentId, key)).isEqualTo(label);
      assertThat(faces.gripMessages(key)).isEqualTo(messages);
      assertThat(faces.powabaseLast(sessionId)).isEqualTo(last);
      assertThat(faces.foundryTitle(agentId, sessionId)).isEqualTo(label);
      assertThat(faces.openaiLast(sessionId)).isEqualTo(lastItem);
      assertThat(nativeSession().getLabel()).isEqualTo(label);
    }

    void assertNotListed() {
      assertThat(faces.guayabaLabel(agentId, key)).isNull();
      assertThat(faces.gripMessages(key)).isEqualTo(-1);
      assertThat(faces.powabaseLast(sessionId)).isNull();
      assertThat(faces.foundryTitle(agentId, sessionId)).isNull();
    }

    void assertSeenNowhere() {
      assertNotListed();
      assertThat(faces.openaiLast(sessionId)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rest", "grpc"})
  void writtenAndRenamed_seenThroughAll(String transport) {
    Scene scene = new Scene(transport);

    scene.faces.guayabaRename(scene.agentId, scene.key, "by Guayaba");
    scene.assertSeenEverywhere("by Guayaba", 3, "last");

    scene.faces.foundryRename(scene.agentId, scene.sessionId, "by Foundry");
    scene.append(ChatMessage.Role.ASSISTANT, "one more");
    scene.assertSeenEverywhere("by Foundry", 4, "one more");

    scene.faces.openaiAppend(scene.sessionId, "by OpenAI");
    scene.assertSeenEverywhere("by Foundry", 5, "by OpenAI");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rest", "grpc"})
  void messageDeletedOrSessionCleared_goneFromAll(String transport) {
    Scene scene = new Scene(transport);
    scene.faces.guayabaRename(scene.agentId, scene.key, "label");

    scene.delete(3);
    scene.assertSeenEverywhere("label", 2, "first", "not for people");
    assertThat(scene.faces.guayabaHistory(scene.agentId, scene.key)).containsExactly("first");

    scene.append(ChatMessage.Role.ASSISTANT, "another");
    scene.assertSeenEverywhere("label", 3, "another");
    scene.clear();
    assertThat(scene.faces.guayabaHistory(scene.agentId, scene.key)).isEmpty();
    scene.append(ChatMessage.Role.USER, "after");
    scene.assertSeenEverywhere("label", 1, "after");
    assertThat(scene.faces.guayabaHistory(scene.agentId, scene.key)).containsExactly("after");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rest", "grpc"})
  void archivedAndRestored_seenThroughAll(String transport) {
    Scene scene = new Scene(transport);
    scene.faces.guayabaRename(scene.agentId, scene.key, "label");

    scene.faces.guayabaArchive(scene.agentId, scene.key);
    scene.assertNotListed();
    assertThat(scene.faces.openaiLast(scene.sessionId)).isEqualTo("last");
    assertThat(scene.nativeSession().hasArchiveTime()).isTrue();
    String filename = scene.faces.guayabaArchive(scene.agentId);
    assertThat(filename).startsWith(scene.sessionId + ".jsonl.");

    scene.faces.guayabaRestore(scene.agentId, filename);
    scene.assertSeenEverywhere("label", 3, "last");
    assertThat(scene.faces.guayabaArchive(scene.agentId)).isNull();

    scene.faces.guayabaArchive(scene.agentId, scene.key);
    Session restored =
        scene.runtime.restoreSession(
            RestoreSessionRequest.newBuilder()
                .setAgentId(scene.agentId.toString())
                .setSessionId(scene.sessionId.toString())
                .build());
    assertThat(restored.hasArchiveTime()).isFalse();
    scene.assertSeenEverywhere("label", 3, "last");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rest", "grpc"})
  void deletedThroughAnyOne_goneFromAll(String transport) {
    BiConsumer<Scene, ApiClients> byGrip = (scene, faces) -> faces.gripDelete(scene.key);
    BiConsumer<Scene, ApiClients> byPowabase =
        (scene, faces) -> faces.powabaseDelete(scene.sessionId);
    BiConsumer<Scene, ApiClients> byFoundry =
        (scene, faces) -> faces.foundryDelete(scene.agentId, scene.sessionId);
    BiConsumer<Scene, ApiClients> byOpenAI = (scene, faces) -> faces.openaiDelete(scene.sessionId);
    BiConsumer<Scene, ApiClients> natively =
        (scene, faces) -> {
          var unused =
              scene.runtime.deleteSession(
                  DeleteSessionRequest.newBuilder()
                      .setAgentId(scene.agentId.toString())
                      .setSessionId(scene.sessionId.toString())
                      .build());
        };
    for (BiConsumer<Scene, ApiClients> deletion :
        List.of(byGrip, byPowabase, byFoundry, byOpenAI, natively)) {
      Scene scene = new Scene(transport);

      deletion.accept(scene, scene.faces);

      scene.assertSeenNowhere();
      assertThat(scene.faces.guayabaArchive(scene.agentId)).isNull();
    }
  }
}
