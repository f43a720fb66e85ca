package dev.parley.campaign.watch;

import com.google.protobuf.Empty;
import dev.parley.campaign.load.CallErrors;
import dev.parley.campaign.load.Endpoint;
import dev.parley.proto.v1.ArchiveSessionRequest;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.DeleteMessageRequest;
import dev.parley.proto.v1.DeleteSessionRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.RestoreSessionRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/** Creates, archives, restores and deletes sessions, and deletes messages. */
final class SessionChanger {
  private static final long TIMEOUT_SECONDS = 30;
  private static final long PAUSE_NANOS = 50_000_000;
  private static final int DELETED_SESSIONS_PERCENT = 3;
  private static final int DELETED_MESSAGES_PERCENT = 50;

  private final WatchedSessions sessions;
  private final Supplier<Endpoint> endpoint;

  SessionChanger(WatchedSessions sessions, Supplier<Endpoint> endpoint) {
    this.sessions = sessions;
    this.endpoint = endpoint;
  }

  /**
   * Repeats a call until its end is known. Returns the answer, or {@code otherwise} if it failed.
   */
  private <T> T call(Function<SessionServiceBlockingStub, T> call, T otherwise) {
    while (true) {
      try {
        return call.apply(
            SessionServiceGrpc.newBlockingStub(endpoint.get().channel())
                .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      } catch (StatusRuntimeException e) {
        if (!CallErrors.isTrouble(CallErrors.reason(e))) {
          return otherwise;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Creates a session. The key makes each attempt another session. */
  WatchedSession create(String agentId) {
    Session created =
        call(
            calls ->
                calls.createSession(
                    CreateSessionRequest.newBuilder()
                        .setAgentId(agentId)
                        .setSession(Session.newBuilder().setKey("key-" + UUID.randomUUID()))
                        .build()),
            Session.getDefaultInstance());
    if (created.getSessionId().isEmpty()) {
      throw new IllegalStateException("A session cannot be created.");
    }
    return sessions.add(agentId, created.getSessionId());
  }

  /** Changes a session at random. Only one thread changes a session. */
  void change(WatchedSession session) {
    int choice = ThreadLocalRandom.current().nextInt(100);
    if (choice < DELETED_SESSIONS_PERCENT) {
      delete(session);
    } else if (choice < DELETED_MESSAGES_PERCENT) {
      deleteMessage(session);
    } else if (choice % 2 == 0) {
      restore(session);
    } else {
      var unused =
          call(
              calls ->
                  calls.archiveSession(
                      ArchiveSessionRequest.newBuilder()
                          .setAgentId(session.agentId)
                          .setSessionId(session.id)
                          .build()),
              Session.getDefaultInstance());
    }
  }

  private void restore(WatchedSession session) {
    var unused =
        call(
            calls ->
                calls.restoreSession(
                    RestoreSessionRequest.newBuilder()
                        .setAgentId(session.agentId)
                        .setSessionId(session.id)
                        .build()),
            Session.getDefaultInstance());
  }

  private void delete(WatchedSession session) {
    session.setMayBeDeleted();
    var unused =
        call(
            calls ->
                calls.deleteSession(
                    DeleteSessionRequest.newBuilder()
                        .setAgentId(session.agentId)
                        .setSessionId(session.id)
                        .build()),
            Empty.getDefaultInstance());
    session.setDeleted();
  }

  private void deleteMessage(WatchedSession session) {
    int head = session.acknowledgedHead();
    int sequence = head == 0 ? 0 : 1 + ThreadLocalRandom.current().nextInt(head);
    int number = session.number(sequence);
    if (number == 0) {
      return;
    }
    session.setDeletable(sequence);
    DeleteMessageRequest request =
        DeleteMessageRequest.newBuilder()
            .setAgentId(session.agentId)
            .setSessionId(session.id)
            .setMessageId(String.valueOf(number))
            .build();
    var unused =
        call(
            calls ->
                MessageServiceGrpc.newBlockingStub(calls.getChannel())
                    .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .deleteMessage(request),
            Empty.getDefaultInstance());
  }
}
