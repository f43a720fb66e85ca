package dev.parley.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.Channel;
import java.util.List;
import java.util.UUID;

/** Appends messages over the native API, as a runtime does. */
final class Appends {
  /** An answer, the result of a tool, and a message with a block that only the runtime knows. */
  static final List<ChatMessage> TURN_OF_A_RUNTIME =
      List.of(
          message(ChatMessage.Role.ASSISTANT, Content.newBuilder().setText("over gRPC")),
          message(
              ChatMessage.Role.TOOL,
              blocks("[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"42\"}]")),
          message(ChatMessage.Role.SYSTEM, blocks("[{\"type\":\"own\",\"value\":1}]")));

  private Appends() {}

  private static ChatMessage message(ChatMessage.Role role, Content.Builder content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }

  private static Content.Builder blocks(String json) {
    return Content.newBuilder().setBlocks(Json.newBuilder().setValue(json));
  }

  static void append(Channel channel, UUID agentId, String sessionId, List<ChatMessage> messages) {
    var appended =
        SessionServiceGrpc.newBlockingStub(channel)
            .appendMessages(
                AppendMessagesRequest.newBuilder()
                    .setAgentId(agentId.toString())
                    .setSessionId(sessionId)
                    .addAllMessages(messages)
                    .build());
    assertThat(appended.getMessagesCount()).isEqualTo(messages.size());
  }
}
