package dev.parley.app.cli.transcript.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.util.concurrent.ListenableFuture;
import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.CallFailedException;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetMessageRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Calls of an import to the server, and what they have created and found. */
final class ImportClient {
  private final SessionServiceGrpc.SessionServiceBlockingStub calls;
  private final SessionServiceGrpc.SessionServiceFutureStub futures;
  private final RunServiceGrpc.RunServiceBlockingStub runs;
  private final MessageServiceGrpc.MessageServiceBlockingStub messages;
  private final String agentId;
  private final String server;
  private final ImportCounts counts = new ImportCounts();
  private final SessionTimes times = new SessionTimes();
  private final Map<String, Long> heads = new HashMap<>();
  private final Set<String> keysSeen = new HashSet<>();

  ImportClient(Channel channel, String agentId, String server) {
    calls = SessionServiceGrpc.newBlockingStub(channel);
    futures = SessionServiceGrpc.newFutureStub(channel);
    runs = RunServiceGrpc.newBlockingStub(channel);
    messages = MessageServiceGrpc.newBlockingStub(channel);
    this.agentId = agentId;
    this.server = server;
  }

  SessionServiceGrpc.SessionServiceBlockingStub calls() {
    return calls;
  }

  RunServiceGrpc.RunServiceBlockingStub runs() {
    return runs;
  }

  String agentId() {
    return agentId;
  }

  ImportCounts counts() {
    return counts;
  }

  SessionTimes times() {
    return times;
  }

  CallFailedException failed(StatusRuntimeException failure, Location at) {
    return CallFailedException.of(failure, server).about("From " + at + " on");
  }

  /** A session with this key was created or found. */
  void see(String key) {
    keysSeen.add(key);
  }

  /** The session with this key was archived. Another one may get the key. */
  void forget(String key) {
    heads.remove(key);
    keysSeen.remove(key);
  }

  Session find(String key) {
    return calls.getSession(GetSessionRequest.newBuilder().setAgentId(agentId).setKey(key).build());
  }

  /** Whether the session has this message, and it is not deleted. */
  boolean hasMessage(String key, String messageId) {
    try {
      var found =
          messages.getMessage(
              GetMessageRequest.newBuilder()
                  .setAgentId(agentId)
                  .setSessionId(find(key).getSessionId())
                  .setMessageId(messageId)
                  .build());
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** A record as JSON. */
  static String json(ImportLine line) {
    return new String(JsonCodec.write(line), UTF_8);
  }

  AppendMessagesRequest append(String key, List<ChatMessage> messages) {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(agentId)
        .setKey(key)
        .setCreateIfMissing(true)
        .addAllMessages(messages)
        .build();
  }

  ListenableFuture<AppendMessagesResponse> send(AppendMessagesRequest request) {
    return futures.appendMessages(request);
  }

  /** Reads the head of the session with this key: 0 if it is created by its first append. */
  void findHead(String key) {
    if (heads.containsKey(key)) {
      return;
    }
    boolean isNew = keysSeen.add(key);
    try {
      heads.put(key, find(key).getHeadSequence());
      counts.sessionsFound += isNew ? 1 : 0;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
      heads.put(key, 0L);
      counts.sessionsMade += isNew ? 1 : 0;
    }
  }

  /** Messages after the previous head are new. The others were stored before. */
  void count(AppendMessagesRequest request, AppendMessagesResponse response) {
    long before = Objects.requireNonNull(heads.get(request.getKey()));
    long stored =
        response.getMessagesList().stream()
            .filter(message -> message.getSequence() > before)
            .count();
    counts.messagesStored += stored;
    counts.messagesFound += request.getMessagesCount() - stored;
    heads.put(request.getKey(), response.getSession().getHeadSequence());
    times.sent(request.getKey(), response.getSession().getSessionId(), request.getMessagesCount());
  }
}
