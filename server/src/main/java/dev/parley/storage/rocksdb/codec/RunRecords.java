package dev.parley.storage.rocksdb.codec;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.storage.rocksdb.record.ContextRecord;
import dev.parley.storage.rocksdb.record.RunRecord;
import dev.parley.storage.rules.Micros;
import java.util.List;

/** Converts runs and their retrieved contexts to protobuf bytes and back. */
public final class RunRecords {
  private RunRecords() {}

  public static byte[] ofRun(Run run) {
    Run.Report report = run.report();
    RunRecord.Builder row =
        RunRecord.newBuilder()
            .setRunId(run.runId())
            .setState(RunRecord.State.valueOf(run.state().name()))
            .setContextBytes(run.contextBytes())
            .setCreateMicros(Micros.of(run.createTime()))
            .setStartMicros(Records.ofOptional(run.startTime()))
            .setEndMicros(Records.ofOptional(run.endTime()));
    if (report.model() != null) {
      row.setModel(report.model());
    }
    if (report.reasoning() != null) {
      row.setReasoning(Records.wrap(report.reasoning().utf8()));
    }
    if (report.usage() != null) {
      row.setUsage(Records.wrap(report.usage().utf8()));
    }
    if (report.error() != null) {
      row.setError(report.error());
    }
    if (!report.details().equals(Json.EMPTY_OBJECT)) {
      row.setDetails(Records.wrap(report.details().utf8()));
    }
    return row.build().toByteArray();
  }

  /** Decodes the run with this key, without its lease, which is part of the session. */
  public static Run toRun(byte[] key, byte[] value) {
    RunRecord row = Records.parse(RunRecord.parser(), value);
    Run.Report report =
        new Run.Report(
            row.hasModel() ? row.getModel() : null,
            row.hasReasoning() ? Json.ofUtf8(FieldBytes.of(row.getReasoning())) : null,
            row.hasUsage() ? Json.ofUtf8(FieldBytes.of(row.getUsage())) : null,
            row.hasError() ? row.getError() : null,
            row.hasDetails() ? Json.ofUtf8(FieldBytes.of(row.getDetails())) : Json.EMPTY_OBJECT);
    return new Run(
        Keys.toId(key),
        Keys.sessionIdOf(key),
        row.getRunId(),
        Keys.runNumberOf(key),
        Run.State.valueOf(row.getState().name()),
        report,
        row.getContextBytes(),
        Micros.toInstant(row.getCreateMicros()),
        Records.toOptional(row.getStartMicros()),
        Records.toOptional(row.getEndMicros()),
        null);
  }

  public static byte[] ofContext(List<Json> items) {
    ContextRecord.Builder row = ContextRecord.newBuilder();
    items.forEach(item -> row.addItems(Records.wrap(item.utf8())));
    return row.build().toByteArray();
  }

  public static List<Json> toContext(byte[] value) {
    return Records.parse(ContextRecord.parser(), value).getItemsList().stream()
        .map(item -> Json.ofUtf8(FieldBytes.of(item)))
        .toList();
  }
}
