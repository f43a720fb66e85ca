package dev.parley.api.rest.lines;

import dev.parley.api.call.error.CallErrors;
import dev.parley.api.call.error.RpcStatus;
import dev.parley.api.json.JsonCodec;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendResult;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Appends some lines with one call of {@code BatchAppendMessages}. */
final class LineBatch {
  /** What a violation of the only entry of a batch begins with. */
  private static final String ONLY_ENTRY = "requests[0].";

  private final AppendLines.Appender appender;

  LineBatch(AppendLines.Appender appender) {
    this.appender = appender;
  }

  /** Appends the valid lines, and returns one result per line as JSON. */
  CompletableFuture<byte[]> append(List<AppendLine> lines) {
    List<AppendMessagesRequest> valid = new ArrayList<>(lines.size());
    for (AppendLine line : lines) {
      if (line.failure() == null) {
        valid.add(line.append());
      }
    }
    return results(valid).thenApply(results -> json(lines, results.iterator()));
  }

  private static byte[] json(List<AppendLine> lines, Iterator<BatchAppendResult> results) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (AppendLine line : lines) {
      out.writeBytes(line.failure() == null ? json(results.next()) : json(failed(line.failure())));
    }
    return out.toByteArray();
  }

  /** One line of the answer. */
  static byte[] json(BatchAppendResult result) {
    byte[] json = JsonCodec.write(result);
    byte[] line = new byte[json.length + 1];
    System.arraycopy(json, 0, line, 0, json.length);
    line[json.length] = '\n';
    return line;
  }

  /** The result of a line that is not stored. */
  static BatchAppendResult failed(SessionException failure) {
    return BatchAppendResult.newBuilder().setError(RpcStatus.of(failure)).build();
  }

  /** Appends entries whose results have the same view together, one such group after the other. */
  private CompletableFuture<List<BatchAppendResult>> results(List<AppendMessagesRequest> appends) {
    if (appends.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    int count = 1;
    while (count < appends.size()
        && appends.get(count).getResponseView() == appends.get(0).getResponseView()) {
      count++;
    }
    CompletableFuture<List<BatchAppendResult>> first = group(appends.subList(0, count));
    return count == appends.size()
        ? first
        : followed(first, appends.subList(count, appends.size()));
  }

  private CompletableFuture<List<BatchAppendResult>> followed(
      CompletableFuture<List<BatchAppendResult>> first, List<AppendMessagesRequest> rest) {
    return first.thenCompose(
        before ->
            results(rest)
                .thenApply(
                    after -> {
                      List<BatchAppendResult> all = new ArrayList<>(before);
                      all.addAll(after);
                      return all;
                    }));
  }

  private CompletableFuture<List<BatchAppendResult>> group(List<AppendMessagesRequest> appends) {
    BatchAppendMessagesRequest request =
        BatchAppendMessagesRequest.newBuilder()
            .addAllRequests(appends)
            .setResponseView(appends.get(0).getResponseView())
            .build();
    return appender
        .append(request)
        .handle(
            (response, thrown) -> {
              if (response != null) {
                return CompletableFuture.completedFuture(response.getResponsesList());
              }
              SessionException failure = CallErrors.of(Objects.requireNonNull(thrown), null);
              // An invalid entry fails its batch before anything is stored. Halving finds it.
              return appends.size() > 1 && !failure.violations().isEmpty()
                  ? followed(
                      group(appends.subList(0, appends.size() / 2)),
                      appends.subList(appends.size() / 2, appends.size()))
                  : CompletableFuture.completedFuture(all(appends.size(), failure));
            })
        .thenCompose(results -> results);
  }

  private static List<BatchAppendResult> all(int count, SessionException failure) {
    List<FieldViolation> violations = new ArrayList<>();
    for (FieldViolation each : failure.violations()) {
      violations.add(
          each.field().startsWith(ONLY_ENTRY)
              ? each.withField(each.field().substring(ONLY_ENTRY.length()))
              : each);
    }
    BatchAppendResult result =
        failed(
            violations.isEmpty()
                ? failure
                : SessionException.invalid(violations, failure.metadata()));
    return Collections.nCopies(count, result);
  }
}
