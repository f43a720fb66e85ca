package dev.parley.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.stub.StreamObserver;

/** Answers each call immediately with a prepared message. */
final class LimitService extends SessionServiceGrpc.SessionServiceImplBase {
  private final Session session;
  private final AppendMessagesResponse appended;
  private final ListMessagesResponse history;
  private final ListSessionsResponse list;

  LimitService(LimitAnswers answers) throws InvalidProtocolBufferException {
    session = Session.parseFrom(answers.messageBytes(LimitAnswers.GET));
    appended = AppendMessagesResponse.parseFrom(answers.messageBytes(LimitAnswers.APPEND));
    history = ListMessagesResponse.parseFrom(answers.messageBytes(LimitAnswers.HISTORY));
    list = ListSessionsResponse.parseFrom(answers.messageBytes(LimitAnswers.LIST));
  }

  @Override
  public void getSession(GetSessionRequest request, StreamObserver<Session> observer) {
    answer(session, observer);
  }

  @Override
  public void appendMessages(
      AppendMessagesRequest request, StreamObserver<AppendMessagesResponse> observer) {
    answer(appended, observer);
  }

  @Override
  public void listMessages(
      ListMessagesRequest request, StreamObserver<ListMessagesResponse> observer) {
    answer(history, observer);
  }

  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    answer(list, observer);
  }

  private static <T> void answer(T message, StreamObserver<T> observer) {
    observer.onNext(message);
    observer.onCompleted();
  }
}
