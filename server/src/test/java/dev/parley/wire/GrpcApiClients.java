package dev.parley.wire;

import dev.parley.proto.foundry.v2.GetAllSessionsRequest;
import dev.parley.proto.foundry.v2.UpdateSessionTitleRequest;
import dev.parley.proto.guayaba.v1.ArchiveSessionRequest;
import dev.parley.proto.guayaba.v1.GetSessionHistoryRequest;
import dev.parley.proto.guayaba.v1.ListArchivesRequest;
import dev.parley.proto.guayaba.v1.ListSessionsRequest;
import dev.parley.proto.guayaba.v1.RenameSessionRequest;
import dev.parley.proto.guayaba.v1.RestoreArchiveRequest;
import dev.parley.proto.guayaba.v1.SessionServiceGrpc;
import dev.parley.proto.openai.v1.ConversationServiceGrpc;
import dev.parley.proto.openai.v1.CreateItemsRequest;
import dev.parley.proto.openai.v1.DeleteConversationRequest;
import dev.parley.proto.openai.v1.ItemList;
import dev.parley.proto.openai.v1.ItemServiceGrpc;
import dev.parley.proto.openai.v1.ListItemsRequest;
import dev.parley.proto.openai.v1.NewItems;
import dev.parley.proto.powabase.v1.ListMessagesRequest;
import dev.parley.proto.powabase.v1.ListMessagesResponse;
import dev.parley.proto.v1.Json;
import dev.parley.testing.JsonBodies;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Clients over gRPC. */
final class GrpcApiClients implements ApiClients {
  private final SessionServiceGrpc.SessionServiceBlockingStub guayaba;
  private final dev.parley.proto.grip.v1.SessionServiceGrpc.SessionServiceBlockingStub grip;
  private final dev.parley.proto.powabase.v1.SessionServiceGrpc.SessionServiceBlockingStub powabase;
  private final dev.parley.proto.foundry.v2.SessionServiceGrpc.SessionServiceBlockingStub foundry;

  private final ConversationServiceGrpc.ConversationServiceBlockingStub conversations;
  private final ItemServiceGrpc.ItemServiceBlockingStub items;

  GrpcApiClients(Channel channel) {
    conversations = ConversationServiceGrpc.newBlockingStub(channel);
    items = ItemServiceGrpc.newBlockingStub(channel);
    guayaba = SessionServiceGrpc.newBlockingStub(channel);
    grip = dev.parley.proto.grip.v1.SessionServiceGrpc.newBlockingStub(channel);
    powabase = dev.parley.proto.powabase.v1.SessionServiceGrpc.newBlockingStub(channel);
    foundry = dev.parley.proto.foundry.v2.SessionServiceGrpc.newBlockingStub(channel);
  }

  @Override
  public @Nullable String guayabaLabel(UUID agentId, String key) {
    return guayaba
        .listSessions(ListSessionsRequest.newBuilder().setId(agentId.toString()).build())
        .getSessionsList()
        .stream()
        .filter(session -> session.getKey().equals(key))
        .map(dev.parley.proto.guayaba.v1.Session::getLabel)
        .findFirst()
        .orElse(null);
  }

  @Override
  public List<String> guayabaHistory(UUID agentId, String key) {
    return guayaba
        .getSessionHistory(
            GetSessionHistoryRequest.newBuilder()
                .setId(agentId.toString())
                .setSessionKey(key)
                .setLimit(100)
                .build())
        .getMessagesList()
        .stream()
        .map(message -> message.getContent().getText())
        .toList();
  }

  @Override
  public @Nullable String guayabaArchive(UUID agentId) {
    return guayaba
        .listArchives(ListArchivesRequest.newBuilder().setId(agentId.toString()).build())
        .getArchivesList()
        .stream()
        .map(dev.parley.proto.guayaba.v1.Archive::getFilename)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void guayabaRename(UUID agentId, String key, String label) {
    var unused =
        guayaba.renameSession(
            RenameSessionRequest.newBuilder()
                .setId(agentId.toString())
                .setKey(key)
                .setLabel(label)
                .build());
  }

  @Override
  public void guayabaArchive(UUID agentId, String key) {
    var unused =
        guayaba.archiveSession(
            ArchiveSessionRequest.newBuilder().setId(agentId.toString()).setKey(key).build());
  }

  @Override
  public void guayabaRestore(UUID agentId, String filename) {
    var unused =
        guayaba.restoreArchive(
            RestoreArchiveRequest.newBuilder()
                .setId(agentId.toString())
                .setFilename(filename)
                .build());
  }

  @Override
  public long gripMessages(String key) {
    var found =
        orNull(
            () ->
                grip.getSession(
                    dev.parley.proto.grip.v1.GetSessionRequest.newBuilder().setKey(key).build()));
    return found == null ? -1 : found.getMessageCount();
  }

  @Override
  public void gripDelete(String key) {
    var unused =
        grip.deleteSession(
            dev.parley.proto.grip.v1.DeleteSessionRequest.newBuilder().setKey(key).build());
  }

  @Override
  public @Nullable String powabaseLast(UUID sessionId) {
    ListMessagesResponse found =
        orNull(
            () ->
                powabase.listMessages(
                    ListMessagesRequest.newBuilder().setSessionId(sessionId.toString()).build()));
    return found == null
        ? null
        : found.getMessages(found.getMessagesCount() - 1).getContent().getText();
  }

  @Override
  public void powabaseDelete(UUID sessionId) {
    var unused =
        powabase.deleteSession(
            dev.parley.proto.powabase.v1.DeleteSessionRequest.newBuilder()
                .setSessionId(sessionId.toString())
                .build());
  }

  @Override
  public @Nullable String foundryTitle(UUID agentId, UUID sessionId) {
    return foundry
        .getAllSessions(GetAllSessionsRequest.newBuilder().setPreview(true).build())
        .getDataList()
        .stream()
        .filter(session -> session.getRid().equals(session(sessionId)))
        .map(session -> session.getMetadata().getTitle())
        .findFirst()
        .orElse(null);
  }

  @Override
  public void foundryRename(UUID agentId, UUID sessionId, String title) {
    var unused =
        foundry.updateSessionTitle(
            UpdateSessionTitleRequest.newBuilder()
                .setAgentRid(agent(agentId))
                .setSessionRid(session(sessionId))
                .setTitle(title)
                .build());
  }

  @Override
  public void foundryDelete(UUID agentId, UUID sessionId) {
    var unused =
        foundry.deleteSession(
            dev.parley.proto.foundry.v2.DeleteSessionRequest.newBuilder()
                .setAgentRid(agent(agentId))
                .setSessionRid(session(sessionId))
                .build());
  }

  @Override
  public @Nullable String openaiLast(UUID sessionId) {
    ItemList found =
        orNull(
            () ->
                items.listItems(
                    ListItemsRequest.newBuilder()
                        .setConversationId(conversation(sessionId))
                        .setLimit(1)
                        .build()));
    return found == null ? null : OpenAIFixture.text(JsonBodies.tree(found.getData(0).getValue()));
  }

  @Override
  public void openaiAppend(UUID sessionId, String text) {
    String item = "{\"role\":\"assistant\",\"content\":\"" + text + "\"}";
    var unused =
        items.createItems(
            CreateItemsRequest.newBuilder()
                .setConversationId(conversation(sessionId))
                .setBody(NewItems.newBuilder().addItems(Json.newBuilder().setValue(item)))
                .build());
  }

  @Override
  public void openaiDelete(UUID sessionId) {
    var unused =
        conversations.deleteConversation(
            DeleteConversationRequest.newBuilder()
                .setConversationId(conversation(sessionId))
                .build());
  }

  private static String conversation(UUID sessionId) {
    return "conv_" + sessionId.toString().replace("-", "");
  }

  private static String agent(UUID agentId) {
    return "ri.aip-agents..agent." + agentId;
  }

  private static String session(UUID sessionId) {
    return "ri.aip-agents..session." + sessionId;
  }

  private static <T> @Nullable T orNull(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }
}
