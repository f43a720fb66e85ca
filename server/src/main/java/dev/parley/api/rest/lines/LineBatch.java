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
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Appends some lines with one call of {@code BatchAppendMessages}. */
final class LineBatch {
  /** The field of a violation: the index of its entry, and the field within the entry. */
  private static final Pattern ENTRY = Pattern.compile("requests\\[(\\d{1,4})]\\.(.+)");

  private final AppendLines.Appender appender;

  LineBatch(AppendLines.Appender appender) {
    this.appender = appender;
  }

  /**
   * Appends the valid lines, and returns one result per line as JSON. Fails if the call fails for
   * another reason than invalid lines.
   */
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
    List<BatchAppendResult> all = new ArrayList<>(lines.size());
    for (AppendLine line : lines) {
      all.add(line.failure() == null ? results.next() : failed(line.failure()));
    }
    return json(all);
  }

  /** Lines of the response. */
  static byte[] json(List<BatchAppendResult> results) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (BatchAppendResult result : results) {
      out.writeBytes(JsonCodec.write(result));
      out.write('\n');
    }
    return out.toByteArray();
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
    List<AppendMessagesRequest> rest = appends.subList(count, appends.size());
    return group(appends.subList(0, count))
        .thenCompose(
            first ->
                results(rest)
                    .thenApply(others -> Stream.of(first, others).flatMap(List::stream).toList()));
  }

  /** Appends entries of one view. If entries are invalid, the call is repeated without them. */
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
              Map<Integer, SessionException> invalid = invalid(thrown);
              return invalid.isEmpty()
                  ? CompletableFuture.<List<BatchAppendResult>>failedFuture(thrown)
                  : without(invalid, appends);
            })
        .thenCompose(results -> results);
  }

  private CompletableFuture<List<BatchAppendResult>> without(
      Map<Integer, SessionException> invalid, List<AppendMessagesRequest> appends) {
    List<AppendMessagesRequest> rest = new ArrayList<>(appends.size());
    for (int i = 0; i < appends.size(); i++) {
      if (!invalid.containsKey(i)) {
        rest.add(appends.get(i));
      }
    }
    return results(rest)
        .thenApply(
            stored -> {
              Iterator<BatchAppendResult> next = stored.iterator();
              List<BatchAppendResult> all = new ArrayList<>(appends.size());
              for (int i = 0; i < appends.size(); i++) {
                SessionException failure = invalid.get(i);
                all.add(failure == null ? next.next() : failed(failure));
              }
              return all;
            });
  }

  /** The errors of single entries, by their index; empty if another error failed the call. */
  private static Map<Integer, SessionException> invalid(@Nullable Throwable thrown) {
    Map<Integer, List<FieldViolation>> violations = new HashMap<>();
    if (thrown != null && CallErrors.peel(thrown) instanceof SessionException failure) {
      for (FieldViolation violation : failure.violations()) {
        Matcher entry = ENTRY.matcher(violation.field());
        if (entry.matches()) {
          violations
              .computeIfAbsent(Integer.valueOf(entry.group(1)), index -> new ArrayList<>())
              .add(violation.withField(entry.group(2)));
        }
      }
    }
    Map<Integer, SessionException> failures = new HashMap<>();
    violations.forEach((index, all) -> failures.put(index, SessionException.invalid(all)));
    return failures;
  }
}
