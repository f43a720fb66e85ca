package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One go of an agent at answering within a session.
 *
 * @param agentId the agent
 * @param sessionId the session that it belongs to
 * @param runId unique within the session, 1..255 characters
 * @param number its place among the runs of the session: 1, 2, 3 and so on without gaps, in the
 *     order in which they were made
 * @param state how far it is
 * @param report what the agent's runtime says of it
 * @param contextBytes how many bytes its retrieved context takes, 0 without one
 * @param createTime when it was made, in microseconds
 * @param startTime when it began to run; null: it has not
 * @param endTime when it came to its final state; null: it has not
 */
public record Run(
    UUID agentId,
    UUID sessionId,
    String runId,
    long number,
    State state,
    Report report,
    long contextBytes,
    Instant createTime,
    @Nullable Instant startTime,
    @Nullable Instant endTime) {

  /**
   * Names a run.
   *
   * @param session the session of the run
   * @param runId the id of the run
   */
  public record Ref(SessionRef.ById session, String runId) {}

  /** How far a run is. It only ever moves on, and the last three are final. */
  public enum State {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Whether a run stays so. */
    public boolean isFinal() {
      return compareTo(RUNNING) > 0;
    }

    /** Whether a run that is so may become {@code next}, or is so already. */
    public boolean mayBecome(State next) {
      return this == next || (!isFinal() && compareTo(next) < 0);
    }
  }

  /**
   * What the agent's runtime says of a run.
   *
   * @param model the model that it runs on
   * @param reasoning how it is to reason, and did, an object
   * @param usage what it used up, an object
   * @param error why it failed
   * @param details anything else, such as tool calls and steps, an object
   */
  public record Report(
      @Nullable String model,
      @Nullable Json reasoning,
      @Nullable Json usage,
      @Nullable String error,
      Json details) {

    /** A report that says nothing. */
    public static final Report EMPTY = new Report(null, null, null, null, Json.EMPTY_OBJECT);
  }

  /** A run that was just made, not numbered yet. */
  public static Run create(
      UUID agentId, UUID sessionId, String runId, State state, Report report, Instant now) {
    return new Run(agentId, sessionId, runId, 0, State.PENDING, report, 0, now, null, null)
        .withState(state, now);
  }

  /** What its fixed fields take in an answer, in bytes, more or less. */
  public static final int FIXED_BYTES = 100;

  /**
   * How much it takes in an answer without what it retrieved, in bytes: what callers put into it,
   * and {@link #FIXED_BYTES}.
   */
  public int bytes() {
    return FIXED_BYTES
        + bytes(report.reasoning())
        + bytes(report.usage())
        + bytes(report.details())
        + bytes(report.error())
        + bytes(report.model())
        + bytes(runId);
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(UTF_8).length;
  }

  private static int bytes(@Nullable Json json) {
    return json == null ? 0 : json.utf8().length;
  }

  /** Whether it stays as it is. */
  public boolean isFinal() {
    return state.isFinal();
  }

  /** This run with its number. */
  public Run withNumber(long number) {
    return with(number, state, report, contextBytes, startTime, endTime);
  }

  /** This run in a state that it may become, as of {@code now}. */
  public Run withState(State next, Instant now) {
    if (!state.mayBecome(next)) {
      throw new IllegalArgumentException("A run that is " + state + " does not become " + next);
    }
    if (state == next) {
      return this;
    }
    Instant before = startTime == null ? createTime : startTime;
    Instant later = now.isAfter(before) ? now : before;
    Instant started = startTime == null ? later : startTime;
    return with(number, next, report, contextBytes, started, next.isFinal() ? later : null);
  }

  /** This run with another report. */
  public Run withReport(Report report) {
    return with(number, state, report, contextBytes, startTime, endTime);
  }

  /** This run with a retrieved context of this size. */
  public Run withContextBytes(long contextBytes) {
    return with(number, state, report, contextBytes, startTime, endTime);
  }

  private Run with(
      long number,
      State state,
      Report report,
      long contextBytes,
      @Nullable Instant startTime,
      @Nullable Instant endTime) {
    return new Run(
        agentId,
        sessionId,
        runId,
        number,
        state,
        report,
        contextBytes,
        createTime,
        startTime,
        endTime);
  }
}
