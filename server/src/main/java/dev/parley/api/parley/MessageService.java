package dev.parley.api.parley;

import com.google.protobuf.Empty;
import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.AppendMapper;
import dev.parley.api.parley.mapper.Masked;
import dev.parley.api.parley.mapper.MessageMapper;
import dev.parley.api.parley.mapper.ReadMask;
import dev.parley.core.BatchAppender;
import dev.parley.core.Messages;
import dev.parley.core.append.AppendOutcome;
import dev.parley.core.append.AppendRequest;
import dev.parley.core.page.Batch;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.Message;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchGetMessagesRequest;
import dev.parley.proto.v1.BatchGetMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.DeleteMessageRequest;
import dev.parley.proto.v1.GetMessageRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.ResponseView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code parley.v1.MessageService}: single messages, and appends to many sessions. */
final class MessageService {
  private final Messages messages;
  private final BatchAppender appender;

  MessageService(Messages messages, BatchAppender appender) {
    this.messages = messages;
    this.appender = appender;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(MessageServiceGrpc.getServiceDescriptor())
        .unaryOfCall(
            MessageServiceGrpc.getGetMessageMethod(),
            this::getMessage,
            (call, found) -> found.mask().apply(MessageMapper.toWire(call, found.result())))
        .unaryOfCall(
            MessageServiceGrpc.getBatchGetMessagesMethod(),
            this::batchGetMessages,
            MessageService::toWire)
        .unary(
            MessageServiceGrpc.getDeleteMessageMethod(),
            this::deleteMessage,
            deleted -> Empty.getDefaultInstance())
        .unaryOfCall(
            MessageServiceGrpc.getBatchAppendMessagesMethod(),
            this::batchAppendMessages,
            (call, batch) -> AppendMapper.toWire(call, batch.outcomes(), batch.view()))
        .build();
  }

  /**
   * {@code GET /v1/agents/{agent_id}/sessions/{session_id}/messages/{message_id}}, {@code
   * …/messages:lookup}.
   */
  private CompletableFuture<Masked<Message>> getMessage(Call call, GetMessageRequest request) {
    ReadMask mask = ReadMask.of(request.getReadMask(), ChatMessage.getDescriptor());
    SessionRef.ById ref = call.byId(request.getAgentId(), request.getSessionId());
    if (request.hasSequence()) {
      return messages
          .get(call.caller(), ref, request.getSequence())
          .thenApply(found -> new Masked<>(found, mask));
    }
    if (request.getMessageId().isEmpty()) {
      throw SessionException.invalid(
          new FieldViolation("message_id", Rule.REQUIRED, 0, "or sequence must be set"));
    }
    return messages
        .get(call.caller(), ref, request.getMessageId())
        .thenApply(found -> new Masked<>(found, mask));
  }

  /** {@code GET /v1/agents/{agent_id}/sessions/{session_id}/messages:batchGet}. */
  private CompletableFuture<Masked<Batch<String, Message>>> batchGetMessages(
      Call call, BatchGetMessagesRequest request) {
    ReadMask mask = ReadMask.of(request.getReadMask(), ChatMessage.getDescriptor());
    return messages
        .get(
            call.caller(),
            call.byId(request.getAgentId(), request.getSessionId()),
            request.getMessageIdsList())
        .thenApply(found -> new Masked<>(found, mask));
  }

  /**
   * {@code DELETE /v1/agents/{agent_id}/sessions/{session_id}/messages/{message_id}}, {@code
   * …/messages:lookup}.
   */
  private CompletableFuture<@Nullable Void> deleteMessage(Call call, DeleteMessageRequest request) {
    SessionRef.ById ref = call.byId(request.getAgentId(), request.getSessionId());
    return Deletions.complete(
        messages.delete(call.caller(), ref, request.getMessageId()), request.getAllowMissing());
  }

  /** {@code POST /v1/messages:batchAppend}. */
  private CompletableFuture<AppendedBatch> batchAppendMessages(
      Call call, BatchAppendMessagesRequest request) {
    List<AppendRequest> appends = new ArrayList<>(request.getRequestsCount());
    List<FieldViolation> violations = new ArrayList<>();
    for (int i = 0; i < request.getRequestsCount(); i++) {
      try {
        appends.add(AppendMapper.toModel(call, request.getRequests(i)));
      } catch (SessionException e) {
        if (e.violations().isEmpty()) {
          throw e;
        }
        String entry = "requests[" + i + "].";
        e.violations().forEach(each -> violations.add(each.withField(entry + each.field())));
      }
    }
    if (!violations.isEmpty()) {
      throw SessionException.invalid(violations);
    }
    return appender
        .append(call.caller(), appends)
        .thenApply(outcomes -> new AppendedBatch(outcomes, request.getResponseView()));
  }

  private record AppendedBatch(List<AppendOutcome> outcomes, ResponseView view) {}

  private static BatchGetMessagesResponse toWire(Call call, Masked<Batch<String, Message>> found) {
    BatchGetMessagesResponse.Builder response = BatchGetMessagesResponse.newBuilder();
    for (Message message : found.result().items()) {
      response.addMessages(found.mask().apply(MessageMapper.toWire(call, message)));
    }
    return response
        .addAllMissingMessageIds(found.result().missing())
        .addAllRemainingMessageIds(found.result().remaining())
        .build();
  }
}
