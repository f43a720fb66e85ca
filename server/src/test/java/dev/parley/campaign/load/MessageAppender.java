package dev.parley.campaign.load;

import dev.parley.campaign.history.History;
import dev.parley.campaign.history.Interval;
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
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Appends messages, alone, several in one append, and several appends in one call. */
final class MessageAppender {
  private static final long TIMEOUT_SECONDS = 30;
  private static final int MESSAGES_MAX = 3;

  private final String name;
  private final History history;
  private final String agentId;
  private int sent;

  MessageAppender(String name, History history, String agentId) {
    this.name = name;
    this.history = history;
    this.agentId = agentId;
  }

  /** An append that can be repeated until its end is known. */
  final class Pending {
    final LiveSession session;
    final AppendMessagesRequest request;
    final List<String> items = new ArrayList<>();
    final long begin = history.tick();

    /** Whether it is repeated until its end is known. */
    final boolean repeats = ThreadLocalRandom.current().nextBoolean();

    /** Whether the server makes the ids of the messages. A repetition would store them twice. */
    private final boolean omitsIds = !repeats && ThreadLocalRandom.current().nextInt(3) == 0;

    /** Whether an attempt got no clear answer, so that it may have stored the messages. */
    private boolean unclear;

    private Pending(LiveSession session) {
      this.session = session;
      int count = Math.max(1, ThreadLocalRandom.current().nextInt(3 * MESSAGES_MAX) - 5);
      AppendMessagesRequest.Builder append =
          AppendMessagesRequest.newBuilder().setAgentId(agentId).setSessionId(session.id);
      for (int i = 0; i < count; i++) {
        String item = name + "/" + ++sent;
        items.add(item);
        ChatMessage.Builder message =
            append
                .addMessagesBuilder()
                .setRole(sent % 2 == 0 ? ChatMessage.Role.ASSISTANT : ChatMessage.Role.USER)
                .setContent(Content.newBuilder().setText(Contents.of(item)));
        if (!omitsIds) {
          message.setMessageId(item);
        }
      }
      request = append.build();
      session.sent.addAndGet(count);
    }

    /** Whether an attempt cannot store the messages for a second time. */
    boolean canBeSent() {
      return !omitsIds || !unclear;
    }

    /** Notes that nobody knows whether the messages are stored. */
    void giveUp() {
      history.appendUnknown(session.id, items, begin);
    }

    private boolean refused(String reason, long lastBegin) {
      boolean archived = reason.equals(CallErrors.ARCHIVED);
      if (!archived && !reason.equals(CallErrors.NOT_FOUND)) {
        return false;
      }
      String state = archived ? Load.ARCHIVED : Load.GONE;
      history.seen(session.id, Load.STATE, state, history.since(lastBegin));
      if (unclear) {
        giveUp();
      } else {
        history.appendRefused(session.id, items);
      }
      return true;
    }

    private void appended(AppendMessagesResponse answer) {
      Interval time = history.since(begin);
      List<Long> sequences = new ArrayList<>();
      for (ChatMessage message : answer.getMessagesList()) {
        String item = Contents.item(message.getContent().getText());
        if (!items.get(sequences.size()).equals(item)) {
          throw new IllegalStateException("AppendMessages answers with " + item);
        }
        sequences.add(message.getSequence());
      }
      if (sequences.size() != items.size()) {
        throw new IllegalStateException("AppendMessages answers without " + items);
      }
      history.appended(session.id, items, sequences, time);
      history.seen(session.id, Load.STATE, Load.ACTIVE, time);
      if (omitsIds) {
        answer.getMessagesList().forEach(this::noteId);
      } else {
        session.items.addAll(items);
      }
    }

    private void noteId(ChatMessage message) {
      String id = message.getMessageId();
      history.initial(session.id, Load.MESSAGE_ID + id, SessionReader.place(message));
      session.serverIds.add(id);
    }
  }

  Pending next(LiveSession session) {
    return new Pending(session);
  }

  /** Sends an append; whether its end is known now. */
  boolean send(Endpoint endpoint, Pending append) {
    long begin = history.tick();
    try {
      append.appended(
          SessionServiceGrpc.newBlockingStub(endpoint.channel())
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .appendMessages(append.request));
      return true;
    } catch (StatusRuntimeException e) {
      return ended(append, CallErrors.reason(e), begin).orElseThrow(() -> e);
    }
  }

  private static Optional<Boolean> ended(Pending append, String reason, long begin) {
    if (append.refused(reason, begin)) {
      return Optional.of(true);
    }
    if (CallErrors.isTrouble(reason)) {
      append.unclear = true;
      return Optional.of(false);
    }
    append.giveUp();
    return Optional.empty();
  }

  /** Sends several appends in one call; those whose end is unknown. */
  List<Pending> sendBatch(Endpoint endpoint, List<Pending> appends) {
    BatchAppendMessagesRequest.Builder request = BatchAppendMessagesRequest.newBuilder();
    appends.forEach(append -> request.addRequests(append.request));
    long begin = history.tick();
    BatchAppendMessagesResponse answer;
    try {
      answer =
          MessageServiceGrpc.newBlockingStub(endpoint.channel())
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .batchAppendMessages(request.build());
    } catch (StatusRuntimeException e) {
      if (CallErrors.isTrouble(CallErrors.reason(e))) {
        appends.forEach(append -> append.unclear = true);
        return appends;
      }
      appends.forEach(Pending::giveUp);
      throw e;
    }
    List<Pending> unknown = new ArrayList<>();
    for (int i = 0; i < appends.size(); i++) {
      BatchAppendResult result = answer.getResponses(i);
      Pending append = appends.get(i);
      if (result.hasAppended()) {
        append.appended(result.getAppended());
      } else {
        String reason = CallErrors.reason(result.getError(), "NONE");
        boolean known =
            ended(append, reason, begin)
                .orElseThrow(() -> new IllegalStateException("A batch answers " + reason));
        if (!known) {
          unknown.add(append);
        }
      }
    }
    return unknown;
  }
}
