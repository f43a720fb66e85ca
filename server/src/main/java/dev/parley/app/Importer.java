package dev.parley.app;

import com.google.common.util.concurrent.ListenableFuture;
import dev.parley.app.format.ImportLine;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/**
 * Sends what was read to the server: a batch of messages at a time, one append for each session in
 * it, so that the order within a session is that of the file.
 */
final class Importer {
  private static final int BATCH_MESSAGES_MAX = 500;
  private static final int BATCH_BYTES_MAX = 2 * 1024 * 1024;

  private final SessionServiceGrpc.SessionServiceBlockingStub calls;
  private final SessionServiceGrpc.SessionServiceFutureStub futures;
  private final String agentId;
  private final Map<String, AppendMessagesRequest.Builder> batch = new LinkedHashMap<>();
  private final Map<String, Long> heads = new HashMap<>();
  private int batchMessages;
  private int batchBytes;
  private long sessionsMade;
  private long sessionsFound;
  private long messagesStored;
  private long messagesFound;

  Importer(Channel channel, String agentId) {
    calls = SessionServiceGrpc.newBlockingStub(channel);
    futures = SessionServiceGrpc.newFutureStub(channel);
    this.agentId = agentId;
  }

  void add(ImportLine line) {
    if (line.hasSession()) {
      flush();
      make(line.getSession());
      return;
    }
    int bytes = line.getMessage().getSerializedSize();
    if (batchMessages == BATCH_MESSAGES_MAX || batchBytes + bytes > BATCH_BYTES_MAX) {
      flush();
    }
    batch.computeIfAbsent(line.getKey(), this::append).addMessages(line.getMessage());
    batchMessages++;
    batchBytes += bytes;
  }

  /** Sends what waits, and waits until it is stored. */
  void flush() {
    List<ListenableFuture<AppendMessagesResponse>> appends = new ArrayList<>();
    List<AppendMessagesRequest> requests = new ArrayList<>();
    for (AppendMessagesRequest.Builder append : batch.values()) {
      AppendMessagesRequest request = append.build();
      heads.computeIfAbsent(request.getKey(), this::head);
      requests.add(request);
      appends.add(futures.appendMessages(request));
    }
    batch.clear();
    batchMessages = 0;
    batchBytes = 0;
    for (int i = 0; i < appends.size(); i++) {
      count(requests.get(i), await(appends.get(i)));
    }
  }

  long sessionsMade() {
    return sessionsMade;
  }

  long sessionsFound() {
    return sessionsFound;
  }

  long messagesStored() {
    return messagesStored;
  }

  long messagesFound() {
    return messagesFound;
  }

  private void make(Session session) {
    try {
      var unused =
          calls.createSession(
              CreateSessionRequest.newBuilder().setAgentId(agentId).setSession(session).build());
      sessionsMade++;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw e;
      }
      sessionsFound++;
    }
  }

  private AppendMessagesRequest.Builder append(String key) {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(agentId)
        .setKey(key)
        .setCreateIfMissing(true);
  }

  /** The session's head has moved on by what is new; the rest was there before. */
  private void count(AppendMessagesRequest request, AppendMessagesResponse response) {
    long head = response.getSession().getHeadSequence();
    long stored = head - Objects.requireNonNull(heads.put(request.getKey(), head));
    messagesStored += stored;
    messagesFound += request.getMessagesCount() - stored;
  }

  private long head(String key) {
    try {
      return calls
          .getSession(GetSessionRequest.newBuilder().setAgentId(agentId).setKey(key).build())
          .getHeadSequence();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return 0;
      }
      throw e;
    }
  }

  private static AppendMessagesResponse await(ListenableFuture<AppendMessagesResponse> append) {
    try {
      return append.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusRuntimeException call) {
        throw call;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("Interrupted.").asRuntimeException();
    }
  }
}
