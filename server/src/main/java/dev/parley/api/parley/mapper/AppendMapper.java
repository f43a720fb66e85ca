package dev.parley.api.parley.mapper;

import dev.parley.api.call.Call;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.call.error.RpcStatus;
import dev.parley.core.Messages;
import dev.parley.core.append.AppendOutcome;
import dev.parley.core.append.AppendRequest;
import dev.parley.model.AppendResult;
import dev.parley.model.FieldViolation;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.BatchAppendMessagesResponse;
import dev.parley.proto.v1.BatchAppendResult;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ResponseView;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Converts appends between the model and {@code parley.v1}. */
public final class AppendMapper {
  private AppendMapper() {}

  /** Converts an append to one session. */
  public static AppendRequest toModel(Call call, AppendMessagesRequest request) {
    if (request.getCreateIfMissing() && request.hasSessionId()) {
      throw SessionException.invalid(
          FieldViolation.format("create_if_missing", "must not be set with a session_id"));
    }
    return new AppendRequest(
        SessionRefs.of(call, request.getAgentId(), request.getSessionId(), request.getKey()),
        request.getCreateIfMissing(),
        request.hasExpectedHeadSequence()
            ? OptionalLong.of(request.getExpectedHeadSequence())
            : OptionalLong.empty(),
        request.hasLeaseFence() ? OptionalLong.of(request.getLeaseFence()) : OptionalLong.empty(),
        request.getMessagesList().stream().map(MessageMapper::toModel).toList());
  }

  /** Omits contents that exceed the size of a page. The caller already has them. */
  public static AppendMessagesResponse toWire(AppendResult appended, ResponseView view) {
    if (view == ResponseView.RESPONSE_VIEW_IDS) {
      return ids(appended);
    }
    AppendMessagesResponse.Builder response =
        AppendMessagesResponse.newBuilder().setSession(NativeMapper.toWire(appended.session()));
    boolean fits = bytes(appended) <= Messages.PAGE_BYTES_MAX;
    for (Message message : appended.messages()) {
      response.addMessages(
          fits ? MessageMapper.toWire(message) : MessageMapper.withoutContent(message));
    }
    return response.build();
  }

  private static AppendMessagesResponse ids(AppendResult appended) {
    Session session = appended.session();
    AppendMessagesResponse.Builder response = AppendMessagesResponse.newBuilder();
    response
        .getSessionBuilder()
        .setAgentId(session.agentId().toString())
        .setSessionId(session.sessionId().toString())
        .setKey(session.key())
        .setMessageCount(session.messageCount())
        .setHeadSequence(session.headSequence());
    for (Message message : appended.messages()) {
      response.addMessages(
          ChatMessage.newBuilder()
              .setSequence(message.sequence())
              .setMessageId(message.draft().messageId()));
    }
    return response.build();
  }

  private static long bytes(AppendResult appended) {
    return appended.messages().stream().mapToLong(Message::bytes).sum();
  }

  /** Converts the outcomes of a batch. */
  public static BatchAppendMessagesResponse toWire(
      Call call, List<AppendOutcome> outcomes, ResponseView view) {
    long bytes = 0;
    for (AppendOutcome outcome : outcomes) {
      AppendResult result = outcome.result();
      bytes += result == null ? 0 : bytes(result) + result.session().bytes();
    }
    ResponseView fitting = bytes <= Messages.PAGE_BYTES_MAX ? view : ResponseView.RESPONSE_VIEW_IDS;
    BatchAppendMessagesResponse.Builder response = BatchAppendMessagesResponse.newBuilder();
    for (AppendOutcome outcome : outcomes) {
      response.addResponses(result(call, outcome, fitting));
    }
    return response.build();
  }

  private static BatchAppendResult result(Call call, AppendOutcome outcome, ResponseView view) {
    @Nullable AppendResult appended = outcome.result();
    if (appended != null) {
      return BatchAppendResult.newBuilder().setAppended(toWire(appended, view)).build();
    }
    SessionException failure =
        CallErrors.of(Objects.requireNonNull(outcome.failure()), call.requestId());
    return BatchAppendResult.newBuilder().setError(RpcStatus.of(failure)).build();
  }
}
