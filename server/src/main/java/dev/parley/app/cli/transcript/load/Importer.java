package dev.parley.app.cli.transcript.load;

import com.google.common.util.concurrent.ListenableFuture;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends imported records to the server. Messages are sent in batches with one append per session,
 * so that the order within a session is that of the file. If the server rejects an append, its
 * messages are sent one by one, and those that it rejects are repaired or skipped. In strict mode,
 * the first rejected call ends the import, and its error names the first record of the call.
 */
public final class Importer {
  private static final int BATCH_MESSAGES_MAX = 500;
  private static final int BATCH_BYTES_MAX = 2 * 1024 * 1024;

  private final ImportClient client;
  private final SessionLoader sessions;
  private final SingleAppends singles;
  private final ImportOutcome outcome;
  private final boolean strict;
  private final Map<String, List<ImportedRecord>> batch = new LinkedHashMap<>();

  /** Keys of archives that already exist and whose records are skipped. */
  private final Set<String> skipped = new HashSet<>();

  private int batchMessages;
  private int batchBytes;

  /** Imports into an agent. */
  public Importer(
      Channel channel, String agentId, String server, boolean strict, ImportOutcome outcome) {
    client = new ImportClient(channel, agentId, server);
    sessions = new SessionLoader(client, strict, outcome);
    singles = new SingleAppends(client, outcome);
    this.strict = strict;
    this.outcome = outcome;
  }

  /** What was created and found so far. */
  public ImportCounts counts() {
    return client.counts();
  }

  /** The times of the sessions in their files. */
  public SessionTimes times() {
    return client.times();
  }

  /** Imports a record. */
  public void add(ImportLine line, Location at, @Nullable String repair) {
    ImportedRecord record = new ImportedRecord(line, at, repair);
    if (line.hasSession()) {
      flush();
      skipped.remove(line.getSession().getKey());
      if (!sessions.make(record)) {
        skipped.add(line.getSession().getKey());
      }
      return;
    }
    if (skipped.contains(line.getKey())) {
      skip(record);
      return;
    }
    if (!line.hasMessage()) {
      flush();
      sessions.change(record);
      return;
    }
    int bytes = line.getMessage().getSerializedSize();
    if (batchMessages == BATCH_MESSAGES_MAX || batchBytes + bytes > BATCH_BYTES_MAX) {
      flush();
    }
    batch.computeIfAbsent(line.getKey(), key -> new ArrayList<>()).add(record);
    batchMessages++;
    batchBytes += bytes;
  }

  /** Counts a record of an existing archive. The last record of an archive is its mark. */
  private void skip(ImportedRecord record) {
    ImportLine line = record.line();
    counts().messagesFound += line.hasMessage() ? 1 : 0;
    counts().runsFound += line.hasRun() ? 1 : 0;
    if (line.getArchived()) {
      skipped.remove(line.getKey());
    }
    outcome.imported(line, record.at(), record.repair());
  }

  /** An append that was sent. */
  private record Sent(
      List<ImportedRecord> records,
      AppendMessagesRequest request,
      ListenableFuture<AppendMessagesResponse> response) {}

  /** Sends the current batch and waits until it is stored. */
  public void flush() {
    List<Sent> appends = new ArrayList<>();
    for (List<ImportedRecord> records : batch.values()) {
      AppendMessagesRequest request =
          client.append(
              records.get(0).line().getKey(),
              records.stream().map(record -> record.line().getMessage()).toList());
      try {
        client.findHead(request.getKey());
      } catch (StatusRuntimeException e) {
        throw client.failed(e, records.get(0).at());
      }
      appends.add(new Sent(records, request, client.send(request)));
    }
    batch.clear();
    batchMessages = 0;
    batchBytes = 0;
    appends.forEach(this::complete);
  }

  private void complete(Sent append) {
    try {
      client.count(append.request(), await(append));
    } catch (StatusRuntimeException e) {
      if (strict || !Rejection.isOfRecord(e)) {
        throw client.failed(e, append.records().get(0).at());
      }
      append.records().forEach(singles::send);
      return;
    }
    append
        .records()
        .forEach(record -> outcome.imported(record.line(), record.at(), record.repair()));
  }

  private static AppendMessagesResponse await(Sent append) {
    try {
      return append.response().get();
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
