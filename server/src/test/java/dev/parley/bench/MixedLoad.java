package dev.parley.bench;

import dev.parley.model.Session;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Of ten calls, four append, three read a history, two read a session, and one lists sessions. */
final class MixedLoad implements Call {
  private static final String TEXT = Vocabulary.sentences(new SplittableRandom(0), 450);

  private final Channel channel;
  private final Conversations conversations;

  MixedLoad(Channel channel, Conversations conversations) {
    this.channel = channel;
    this.conversations = conversations;
  }

  @Override
  public CompletableFuture<?> make() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Session session = conversations.session(random.nextInt(conversations.sessionCount()));
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> call(SessionServiceGrpc.getAppendMessagesMethod(), append(session));
      case 4, 5, 6 ->
          call(SessionServiceGrpc.getListMessagesMethod(), StoreReads.historyRequest(session));
      case 7, 8 -> call(SessionServiceGrpc.getGetSessionMethod(), StoreReads.request(session));
      default -> call(SessionServiceGrpc.getListSessionsMethod(), StoreReads.listRequest(session));
    };
  }

  private static AppendMessagesRequest append(Session session) {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(session.agentId().toString())
        .setSessionId(session.sessionId().toString())
        .addMessages(
            ChatMessage.newBuilder()
                .setRole(ChatMessage.Role.USER)
                .setContent(Content.newBuilder().setText(TEXT)))
        .build();
  }

  private <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
    Answer<A> answer = new Answer<>();
    ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, answer);
    return answer;
  }
}
