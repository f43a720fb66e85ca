package dev.parley.app.cli.transcript;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.parley.app.cli.CallFailedException;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ArchiveSessionRequest;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.PutRetrievedContextRequest;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.StartRunRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends imported lines to the server. Messages are sent in batches with one append per session, so
 * that the order within a session is that of the file.
 *
 * <p>The error of a failed call names the first line that the call contains.
 */
final class Importer {
  private static final int BATCH_MESSAGES_MAX = 500;
  private static final int BATCH_BYTES_MAX = 2 * 1024 * 1024;

  private final SessionServiceGrpc.SessionServiceBlockingStub calls;
  private final SessionServiceGrpc.SessionServiceFutureStub futures;
  private final RunServiceGrpc.RunServiceBlockingStub runs;
  private final String agentId;
  private final String server;
  private final Map<String, Waiting> batch = new LinkedHashMap<>();
  private final Map<String, Long> heads = new HashMap<>();
  private final Set<String> keysSeen = new HashSet<>();

  /** Keys of archives that already exist and whose lines are skipped. */
  private final Set<String> skipped = new HashSet<>();

  private @Nullable ImportedArchives archives;
  private int batchMessages;
  private int batchBytes;
  private long sessionsMade;
  private long sessionsFound;
  private long messagesStored;
  private long messagesFound;
  private long runsMade;
  private long runsFound;
  private long pastExpiries;

  /** Imports into an agent. */
  Importer(Channel channel, String agentId, String server) {
    calls = SessionServiceGrpc.newBlockingStub(channel);
    futures = SessionServiceGrpc.newFutureStub(channel);
    runs = RunServiceGrpc.newBlockingStub(channel);
    this.agentId = agentId;
    this.server = server;
  }

  /** Imports the line with this number. */
  void add(ImportLine line, long number) {
    if (line.hasSession()) {
      flush();
      make(line.getSession(), number);
      return;
    }
    if (skipped.contains(line.getKey())) {
      skip(line);
      return;
    }
    if (!line.hasMessage()) {
      flush();
      change(line, number);
      return;
    }
    int bytes = line.getMessage().getSerializedSize();
    if (batchMessages == BATCH_MESSAGES_MAX || batchBytes + bytes > BATCH_BYTES_MAX) {
      flush();
    }
    batch
        .computeIfAbsent(line.getKey(), key -> new Waiting(number, append(key)))
        .request()
        .addMessages(line.getMessage());
    batchMessages++;
    batchBytes += bytes;
  }

  /** Sends the current batch and waits until it is stored. */
  void flush() {
    List<Sent> appends = new ArrayList<>();
    for (Waiting waiting : batch.values()) {
      AppendMessagesRequest request = waiting.request().build();
      if (!heads.containsKey(request.getKey())) {
        heads.put(request.getKey(), head(request.getKey(), waiting.firstLine()));
      }
      appends.add(new Sent(waiting.firstLine(), request, futures.appendMessages(request)));
    }
    batch.clear();
    batchMessages = 0;
    batchBytes = 0;
    for (Sent append : appends) {
      count(append.request(), await(append));
    }
  }

  /** An append that is being filled, and the line of its first message. */
  private record Waiting(long firstLine, AppendMessagesRequest.Builder request) {}

  /** An append that was sent. */
  private record Sent(
      long firstLine,
      AppendMessagesRequest request,
      ListenableFuture<AppendMessagesResponse> response) {}

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

  long runsMade() {
    return runsMade;
  }

  /** The number of sessions imported without their expire_time because it has passed. */
  long pastExpiries() {
    return pastExpiries;
  }

  long runsFound() {
    return runsFound;
  }

  private void make(Session session, long number) {
    skipped.remove(session.getKey());
    if (session.hasArchiveTime() && archives().take(session)) {
      skipped.add(session.getKey());
      sessionsFound++;
      return;
    }
    keysSeen.add(session.getKey());
    Session still = withoutPastExpiry(session);
    try {
      var unused =
          calls.createSession(
              CreateSessionRequest.newBuilder().setAgentId(agentId).setSession(still).build());
      sessionsMade++;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw failed(e, number);
      }
      sessionsFound++;
    }
  }

  /** Removes an expire_time that has passed. The server would reject the session otherwise. */
  private Session withoutPastExpiry(Session session) {
    Timestamp time = session.getExpireTime();
    boolean past =
        session.hasExpireTime()
            && !Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).isAfter(Instant.now());
    pastExpiries += past ? 1 : 0;
    if (!past) {
      return session;
    }
    Session.Builder still = session.toBuilder().clearExpireTime();
    // Set explicitly, because the default TTL of the agent would apply otherwise.
    return (session.hasTtl() ? still : still.setTtl(Duration.getDefaultInstance())).build();
  }

  private ImportedArchives archives() {
    if (archives == null) {
      archives = ImportedArchives.of(calls, agentId);
    }
    return archives;
  }

  /** Counts a line of an existing archive. The last line of an archive is its archived mark. */
  private void skip(ImportLine line) {
    messagesFound += line.hasMessage() ? 1 : 0;
    runsFound += line.hasRun() ? 1 : 0;
    if (line.getArchived()) {
      skipped.remove(line.getKey());
    }
  }

  /** Imports a run, a retrieved context, or the archived mark of a session. */
  private void change(ImportLine line, long number) {
    try {
      String sessionId =
          calls
              .getSession(
                  GetSessionRequest.newBuilder().setAgentId(agentId).setKey(line.getKey()).build())
              .getSessionId();
      if (line.hasRun()) {
        start(line.getRun(), sessionId);
      } else if (line.hasRetrievedContext()) {
        var put =
            runs.putRetrievedContext(
                PutRetrievedContextRequest.newBuilder()
                    .setAgentId(agentId)
                    .setSessionId(sessionId)
                    .setRunId(line.getRetrievedContext().getRunId())
                    .addAllItems(line.getRetrievedContext().getItemsList())
                    .build());
      } else {
        var archived =
            calls.archiveSession(
                ArchiveSessionRequest.newBuilder()
                    .setAgentId(agentId)
                    .setSessionId(sessionId)
                    .build());
        heads.remove(line.getKey());
        keysSeen.remove(line.getKey());
      }
    } catch (StatusRuntimeException e) {
      throw failed(e, number);
    }
  }

  private void start(Run run, String sessionId) {
    try {
      var started =
          runs.startRun(
              StartRunRequest.newBuilder()
                  .setAgentId(agentId)
                  .setSessionId(sessionId)
                  .setRun(run)
                  .build());
      runsMade++;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw e;
      }
      runsFound++;
    }
  }

  private AppendMessagesRequest.Builder append(String key) {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(agentId)
        .setKey(key)
        .setCreateIfMissing(true);
  }

  /** Messages after the previous head are new. The others were stored before. */
  private void count(AppendMessagesRequest request, AppendMessagesResponse response) {
    long before = Objects.requireNonNull(heads.get(request.getKey()));
    long stored =
        response.getMessagesList().stream()
            .filter(message -> message.getSequence() > before)
            .count();
    messagesStored += stored;
    messagesFound += request.getMessagesCount() - stored;
    heads.put(request.getKey(), response.getSession().getHeadSequence());
  }

  /** The head of the session with this key; 0 if it is created by its first append. */
  private long head(String key, long number) {
    boolean isNew = keysSeen.add(key);
    try {
      Session found =
          calls.getSession(GetSessionRequest.newBuilder().setAgentId(agentId).setKey(key).build());
      sessionsFound += isNew ? 1 : 0;
      return found.getHeadSequence();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw failed(e, number);
      }
      sessionsMade += isNew ? 1 : 0;
      return 0;
    }
  }

  private AppendMessagesResponse await(Sent append) {
    try {
      return append.response().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusRuntimeException call) {
        throw failed(call, append.firstLine());
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("Interrupted.").asRuntimeException();
    }
  }

  private CallFailedException failed(StatusRuntimeException failure, long number) {
    return CallFailedException.of(failure, server).about("From line " + number + " on");
  }
}
