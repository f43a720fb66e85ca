package dev.parley.app.cli.transcript.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ArchiveSessionRequest;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.PutRetrievedContextRequest;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.StartRunRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Creates sessions, their runs and archives. */
final class SessionLoader {
  private final ImportClient client;
  private final boolean strict;
  private final ImportOutcome outcome;
  private @Nullable ImportedArchives archives;

  SessionLoader(ImportClient client, boolean strict, ImportOutcome outcome) {
    this.client = client;
    this.strict = strict;
    this.outcome = outcome;
  }

  /** Creates a session. False if it is an archive that an earlier import has created. */
  boolean make(ImportedRecord record) {
    Session session = record.line().getSession();
    if (session.hasArchiveTime() && archives().take(session)) {
      client.counts().sessionsFound++;
      outcome.imported(record.line(), record.at(), record.repair());
      return false;
    }
    client.see(session.getKey());
    client.times().source(session);
    Session still = withoutPastExpiry(session);
    StatusRuntimeException failure = create(record, still);
    if (failure == null) {
      outcome.imported(record.line(), record.at(), record.repair());
      return true;
    }
    String why = Rejection.text(failure);
    if (Rejection.isOfFields(failure) && create(record, onlyWithKey(still)) == null) {
      ImportedRecord repaired = record.repaired("The server rejected a field: " + why);
      outcome.imported(repaired.line(), repaired.at(), repaired.repair());
      return true;
    }
    // The original is too large for the metadata. The report has it.
    Session withoutMetadata = still.toBuilder().clearMetadata().clearOrigin().build();
    boolean kept = Rejection.isOfFields(failure) && create(record, withoutMetadata) == null;
    outcome.skipped(
        record.at(),
        (kept ? "The metadata and origin of the session were left out: " : "") + why,
        ImportClient.json(record.line()));
    return true;
  }

  /** The session with its key. Everything else is only in its metadata. */
  private static Session onlyWithKey(Session session) {
    ObjectNode kept = TranscriptJson.object();
    kept.set(
        "record",
        TranscriptJson.parse(
            ImportClient.json(ImportLine.newBuilder().setSession(session).build())));
    return Session.newBuilder()
        .setKey(session.getKey())
        .setMetadata(TranscriptJson.keeping(MetadataNames.IMPORT, kept))
        .build();
  }

  /** Creates a session unless it exists; the error if the server rejects it. */
  private @Nullable StatusRuntimeException create(ImportedRecord record, Session session) {
    try {
      Session created =
          client
              .calls()
              .createSession(
                  CreateSessionRequest.newBuilder()
                      .setAgentId(client.agentId())
                      .setSession(session)
                      .build());
      client.times().sent(created.getKey(), created.getSessionId(), 0);
      client.counts().sessionsMade++;
      return null;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.ALREADY_EXISTS) {
        client.counts().sessionsFound++;
        return null;
      }
      return rejected(record, e);
    }
  }

  /** The error, unless it ends the import. */
  private StatusRuntimeException rejected(ImportedRecord record, StatusRuntimeException failure) {
    if (strict || !Rejection.isOfRecord(failure)) {
      throw client.failed(failure, record.at());
    }
    return failure;
  }

  /** Removes an expire_time that has passed. The server would reject the session otherwise. */
  private Session withoutPastExpiry(Session session) {
    Timestamp time = session.getExpireTime();
    boolean past =
        session.hasExpireTime()
            && !Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).isAfter(Instant.now());
    client.counts().pastExpiries += past ? 1 : 0;
    if (!past) {
      return session;
    }
    Session.Builder still = session.toBuilder().clearExpireTime();
    // Set explicitly, because the default TTL of the agent would apply otherwise.
    return (session.hasTtl() ? still : still.setTtl(Duration.getDefaultInstance())).build();
  }

  private ImportedArchives archives() {
    if (archives == null) {
      archives = ImportedArchives.of(client.calls(), client.agentId());
    }
    return archives;
  }

  /** Imports a run, a retrieved context, or the archived mark of a session. */
  void change(ImportedRecord record) {
    ImportLine line = record.line();
    try {
      String sessionId = client.find(line.getKey()).getSessionId();
      if (line.hasRun()) {
        start(line.getRun(), sessionId);
      } else if (line.hasRetrievedContext()) {
        var put =
            client
                .runs()
                .putRetrievedContext(
                    PutRetrievedContextRequest.newBuilder()
                        .setAgentId(client.agentId())
                        .setSessionId(sessionId)
                        .setRunId(line.getRetrievedContext().getRunId())
                        .addAllItems(line.getRetrievedContext().getItemsList())
                        .build());
      } else {
        var archived =
            client
                .calls()
                .archiveSession(
                    ArchiveSessionRequest.newBuilder()
                        .setAgentId(client.agentId())
                        .setSessionId(sessionId)
                        .build());
        client.forget(line.getKey());
      }
    } catch (StatusRuntimeException e) {
      outcome.skipped(
          record.at(), Rejection.text(rejected(record, e)), ImportClient.json(record.line()));
      return;
    }
    outcome.imported(line, record.at(), record.repair());
  }

  private void start(Run run, String sessionId) {
    try {
      var started =
          client
              .runs()
              .startRun(
                  StartRunRequest.newBuilder()
                      .setAgentId(client.agentId())
                      .setSessionId(sessionId)
                      .setRun(run)
                      .build());
      client.counts().runsMade++;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw e;
      }
      client.counts().runsFound++;
    }
  }
}
