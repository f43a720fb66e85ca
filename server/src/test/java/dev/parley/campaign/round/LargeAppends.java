package dev.parley.campaign.round;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.ServerProcess;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Appends of large messages, which fill memtables and disks soon. */
final class LargeAppends {
  /** Far more than the memtables, the first level of tables or a small disk take. */
  private static final int APPENDS_MAX = 2_000;

  private static final String TEXT = "x".repeat(500_000);

  private LargeAppends() {}

  /** Appends until {@code condition} holds. */
  static void until(ServerProcess server, BooleanSupplier condition) {
    AppendMessagesRequest append = request(server.agent());
    for (int i = 0; i < APPENDS_MAX; i++) {
      var stored = SessionServiceGrpc.newBlockingStub(server.channel()).appendMessages(append);
      if (condition.getAsBoolean()) {
        return;
      }
    }
    throw new AssertionError("Appended in vain.");
  }

  /** Appends until that many appends were refused because the store has trouble. */
  static void untilRefused(ServerProcess server, UUID agentId, int count) {
    AppendMessagesRequest append = request(agentId);
    int refused = 0;
    for (int i = 0; i < APPENDS_MAX && refused < count; i++) {
      try {
        var stored = SessionServiceGrpc.newBlockingStub(server.channel()).appendMessages(append);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw e;
        }
        refused++;
      }
    }
    if (refused < count) {
      throw new AssertionError("The store takes every append.");
    }
  }

  private static AppendMessagesRequest request(UUID agentId) {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(agentId.toString())
        .setKey("large")
        .setCreateIfMissing(true)
        .addMessages(
            ChatMessage.newBuilder()
                .setRole(ChatMessage.Role.USER)
                .setContent(Content.newBuilder().setText(TEXT)))
        .build();
  }
}
