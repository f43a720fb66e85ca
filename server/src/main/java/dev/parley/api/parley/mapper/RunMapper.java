package dev.parley.api.parley.mapper;

import dev.parley.api.json.JsonMapper;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.Run.Report;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.RetrievedContext;
import dev.parley.proto.v1.Run;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Converts runs between the model and {@code parley.v1}. */
public final class RunMapper {
  private static final String STATE = "state";
  private static final List<String> FIELDS =
      List.of(STATE, "model", "reasoning", "usage", "error", "details");

  private RunMapper() {}

  /** Converts a run. */
  public static Run toWire(dev.parley.model.Run run) {
    Report report = run.report();
    Run.Builder wire =
        Run.newBuilder()
            .setRunId(run.runId())
            .setAgentId(run.agentId().toString())
            .setSessionId(run.sessionId().toString())
            .setNumber(run.number())
            .setState(Run.State.valueOf(run.state().name()))
            .setDetails(JsonMapper.toWire(report.details()))
            .setCreateTime(NativeMapper.toWire(run.createTime()))
            .setEtag(run.etag());
    NativeMapper.ifPresent(report.model(), wire::setModel);
    NativeMapper.ifPresent(
        report.reasoning(), reasoning -> wire.setReasoning(JsonMapper.toWire(reasoning)));
    NativeMapper.ifPresent(report.usage(), usage -> wire.setUsage(JsonMapper.toWire(usage)));
    NativeMapper.ifPresent(report.error(), wire::setError);
    NativeMapper.ifPresent(run.startTime(), time -> wire.setStartTime(NativeMapper.toWire(time)));
    NativeMapper.ifPresent(run.endTime(), time -> wire.setEndTime(NativeMapper.toWire(time)));
    NativeMapper.ifPresent(run.lease(), lease -> wire.setLease(LeaseMapper.toWire(lease)));
    return wire.build();
  }

  /** Converts the retrieved context of a run. */
  public static RetrievedContext toWire(String runId, List<Json> items) {
    RetrievedContext.Builder wire = RetrievedContext.newBuilder().setRunId(runId);
    items.forEach(item -> wire.addItems(JsonMapper.toWire(item)));
    return wire.build();
  }

  /** Returns the state in a request; null if it is not set. */
  public static dev.parley.model.Run.@Nullable State toModel(Run.State state) {
    return state == Run.State.STATE_UNSPECIFIED
        ? null
        : dev.parley.model.Run.State.valueOf(state.name());
  }

  /**
   * Returns the states of a filter.
   *
   * @throws SessionException {@code INVALID_FIELD} if one is not set
   */
  public static Set<dev.parley.model.Run.State> toModel(List<Run.State> states) {
    Set<dev.parley.model.Run.State> filter = EnumSet.noneOf(dev.parley.model.Run.State.class);
    for (int i = 0; i < states.size(); i++) {
      dev.parley.model.Run.State state = toModel(states.get(i));
      if (state == null) {
        throw SessionException.invalid(
            FieldViolation.format("states[" + i + "]", "must not be STATE_UNSPECIFIED"));
      }
      filter.add(state);
    }
    return filter;
  }

  /** Returns the report of a new run. */
  public static Report toModel(Run sent) {
    return merge(Report.EMPTY, sent, FIELDS::contains);
  }

  /** Returns the fields that an update changes. */
  public static Set<String> fields(Run sent, List<String> mask) {
    Set<String> fields = UpdateMask.fields(sent, mask, FIELDS);
    if (fields.contains(STATE) && sent.getState() == Run.State.STATE_UNSPECIFIED) {
      throw SessionException.invalid(FieldViolation.required("run.state"));
    }
    return fields;
  }

  /** Returns the change of an update, except for the state. */
  public static UnaryOperator<Report> change(Run sent, Set<String> fields) {
    return report -> merge(report, sent, fields::contains);
  }

  private static Report merge(Report old, Run sent, Predicate<String> takes) {
    return new Report(
        takes.test("model") ? NativeMapper.emptyToNull(sent.getModel()) : old.model(),
        takes.test("reasoning")
            ? (sent.hasReasoning() ? JsonMapper.toModel(sent.getReasoning()) : null)
            : old.reasoning(),
        takes.test("usage")
            ? (sent.hasUsage() ? JsonMapper.toModel(sent.getUsage()) : null)
            : old.usage(),
        takes.test("error") ? NativeMapper.emptyToNull(sent.getError()) : old.error(),
        takes.test("details")
            ? (sent.hasDetails() ? JsonMapper.toModel(sent.getDetails()) : Json.EMPTY_OBJECT)
            : old.details());
  }
}
