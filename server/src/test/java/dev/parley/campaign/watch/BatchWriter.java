package dev.parley.campaign.watch;

import dev.parley.campaign.load.CallErrors;
import dev.parley.campaign.load.Endpoint;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesResponse;
import dev.parley.proto.v1.BatchAppendResult;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Appends messages, alone and in batches. An append without a clear answer is repeated with the
 * same message ids until its end is known.
 */
final class BatchWriter {
  private static final long TIMEOUT_SECONDS = 30;
  private static final long PAUSE_NANOS = 50_000_000;
  private static final int MESSAGES_MAX = 9;

  private final WatchedSessions sessions;
  private final Supplier<Endpoint> endpoint;

  BatchWriter(WatchedSessions sessions, Supplier<Endpoint> endpoint) {
    this.sessions = sessions;
    this.endpoint = endpoint;
  }

  private static final class Pending {
    final WatchedSession session;
    final int first;
    final AppendMessagesRequest request;
    boolean unclear;

    Pending(WatchedSession session, int count) {
      this.session = session;
      AppendMessagesRequest.Builder append =
          AppendMessagesRequest.newBuilder().setAgentId(session.agentId).setSessionId(session.id);
      first = session.next(count);
      for (int number = first; number < first + count; number++) {
        append
            .addMessagesBuilder()
            .setRole(ChatMessage.Role.USER)
            .setMessageId(String.valueOf(number))
            .setContent(Content.newBuilder().setText("message " + number));
      }
      request = append.build();
    }
  }

  /** Appends one message to a session. */
  void append(WatchedSession session) {
    Pending append = new Pending(session, 1);
    while (!sendAlone(append)) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Appends up to some messages to each session in one call. Sessions must differ. */
  void appendAll(List<WatchedSession> chosen) {
    List<Pending> pending = new ArrayList<>();
    for (WatchedSession session : chosen) {
      int count = 1 + ThreadLocalRandom.current().nextInt(MESSAGES_MAX);
      pending.add(new Pending(session, count));
    }
    while (!pending.isEmpty()) {
      pending = send(pending);
      if (!pending.isEmpty()) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean sendAlone(Pending append) {
    try {
      appended(
          append,
          SessionServiceGrpc.newBlockingStub(endpoint.get().channel())
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .appendMessages(append.request));
      return true;
    } catch (StatusRuntimeException e) {
      return isKnown(append, CallErrors.reason(e));
    }
  }

  private List<Pending> send(List<Pending> appends) {
    BatchAppendMessagesRequest.Builder request = BatchAppendMessagesRequest.newBuilder();
    appends.forEach(append -> request.addRequests(append.request));
    BatchAppendMessagesResponse answer;
    try {
      answer =
          MessageServiceGrpc.newBlockingStub(endpoint.get().channel())
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .batchAppendMessages(request.build());
    } catch (StatusRuntimeException e) {
      return appends.stream().filter(append -> !isKnown(append, CallErrors.reason(e))).toList();
    }
    List<Pending> unclear = new ArrayList<>();
    for (int i = 0; i < appends.size(); i++) {
      BatchAppendResult result = answer.getResponses(i);
      if (result.hasAppended()) {
        appended(appends.get(i), result.getAppended());
      } else if (!isKnown(appends.get(i), CallErrors.reason(result.getError(), "NONE"))) {
        unclear.add(appends.get(i));
      }
    }
    return unclear;
  }

  /** Notes a failure. Returns false if the append may be stored. */
  private boolean isKnown(Pending append, String reason) {
    if (CallErrors.isTrouble(reason)) {
      append.unclear = true;
      return false;
    }
    if (!reason.equals(CallErrors.ARCHIVED) && !reason.equals(CallErrors.NOT_FOUND)) {
      sessions.found("session " + append.session.id + " refuses an append with " + reason);
    }
    for (int i = 0; i < append.request.getMessagesCount() && !append.unclear; i++) {
      append.session.refuse(append.first + i);
    }
    return true;
  }

  private void appended(Pending append, AppendMessagesResponse answer) {
    if (answer.getMessagesCount() != append.request.getMessagesCount()) {
      sessions.found("session " + append.session.id + ": an answer lacks messages");
    }
    for (ChatMessage message : answer.getMessagesList()) {
      append
          .session
          .acknowledge((int) message.getSequence(), Integer.parseInt(message.getMessageId()))
          .ifPresent(sessions::found);
    }
    sessions.acknowledged.addAndGet(answer.getMessagesCount());
  }
}
