package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.lease.Lease;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One execution of an agent within a session.
 *
 * @param agentId the agent
 * @param sessionId the session of the run
 * @param runId unique within the session, 1..255 characters
 * @param number the position among the runs of the session in creation order: 1, 2, 3 and so on,
 *     without gaps
 * @param state the progress of the run
 * @param report what the agent's runtime reports about the run
 * @param contextBytes the size of the retrieved context in bytes, 0 without one
 * @param createTime when the run was created, in microseconds
 * @param startTime when the run started; null if it did not
 * @param endTime when the run reached its final state; null if it did not
 * @param lease the lease of the run; null if it has none or has ended
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
    @Nullable Instant endTime,
    @Nullable Lease lease) {

  /** The error of a run whose lease expired. */
  public static final String LEASE_EXPIRED = "LEASE_EXPIRED";

  public Run {
    if (state.isFinal()) {
      lease = null;
    }
  }

  /**
   * Names a run.
   *
   * @param session the session of the run
   * @param runId the id of the run
   */
  public record Ref(SessionRef.ById session, String runId) {}

  /** The progress of a run. A state only moves forward, and the last three states are final. */
  public enum State {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Whether the state can no longer change. */
    public boolean isFinal() {
      return compareTo(RUNNING) > 0;
    }

    /** Whether a run in this state may move to {@code next}. A state may always stay the same. */
    public boolean mayBecome(State next) {
      return this == next || (!isFinal() && compareTo(next) < 0);
    }
  }

  /**
   * What the agent's runtime reports about a run.
   *
   * @param model the model of the run
   * @param reasoning the reasoning settings and results, a JSON object
   * @param usage the resource usage, a JSON object
   * @param error why the run failed
   * @param details any other data, such as tool calls and steps, a JSON object
   */
  public record Report(
      @Nullable String model,
      @Nullable Json reasoning,
      @Nullable Json usage,
      @Nullable String error,
      Json details) {

    /** An empty report. */
    public static final Report EMPTY = new Report(null, null, null, null, Json.EMPTY_OBJECT);
  }

  /** Creates a new run without a number. */
  public static Run create(
      UUID agentId, UUID sessionId, String runId, State state, Report report, Instant now) {
    return new Run(agentId, sessionId, runId, 0, State.PENDING, report, 0, now, null, null, null)
        .withState(state, now);
  }

  /** An estimate of the size of the fixed fields in a response, in bytes. */
  public static final int FIXED_BYTES = 100;

  private static final int ETAG_BYTES = 8;
  private static final byte[] NO_JSON = {'-'};

  /** A tag that changes with the state and the report, and only with them. */
  public String etag() {
    byte[] text = (state + part(report.model()) + part(report.error())).getBytes(UTF_8);
    byte[] digest =
        Sha256.of(text, utf8(report.reasoning()), utf8(report.usage()), utf8(report.details()))
            .bytes();
    return "\"" + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + "\"";
  }

  /** With the length, so that different texts never have the same parts. */
  private static String part(@Nullable String text) {
    return text == null ? "-" : text.length() + ":" + text;
  }

  /** A JSON object ends where it is complete, so no two sequences of objects are the same bytes. */
  private static byte[] utf8(@Nullable Json json) {
    return json == null ? NO_JSON : json.utf8();
  }

  /**
   * The estimated size in a response, in bytes, without the retrieved context: the caller's data
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

  /** Whether the state is final. */
  public boolean isFinal() {
    return state.isFinal();
  }

  /** Returns this run with a number. */
  public Run withNumber(long number) {
    return with(number, state, report, contextBytes, startTime, endTime, lease);
  }

  /** Returns this run in another permitted state as of {@code now}. */
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
    return with(number, next, report, contextBytes, started, next.isFinal() ? later : null, lease);
  }

  /** Returns this run with another report. */
  public Run withReport(Report report) {
    return with(number, state, report, contextBytes, startTime, endTime, lease);
  }

  /** Returns this run with another size of its retrieved context. */
  public Run withContextBytes(long contextBytes) {
    return with(number, state, report, contextBytes, startTime, endTime, lease);
  }

  /** Returns this run with another lease, or without one. A run that has ended has no lease. */
  public Run withLease(@Nullable Lease lease) {
    return with(number, state, report, contextBytes, startTime, endTime, lease);
  }

  /** Whether the run has a lease with this fence that is not expired at {@code now}. */
  public boolean isLeased(long fence, Instant now) {
    return lease != null && lease.fence() == fence && !lease.isExpired(now);
  }

  /**
   * Returns this run as it is at {@code now}: failed if its lease has expired. Stores change such
   * runs a little later.
   */
  public Run asOf(Instant now) {
    if (lease == null || !lease.isExpired(now)) {
      return this;
    }
    Report failed =
        new Report(
            report.model(), report.reasoning(), report.usage(), LEASE_EXPIRED, report.details());
    return withState(State.FAILED, lease.expireTime()).withReport(failed);
  }

  private Run with(
      long number,
      State state,
      Report report,
      long contextBytes,
      @Nullable Instant startTime,
      @Nullable Instant endTime,
      @Nullable Lease lease) {
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
        endTime,
        lease);
  }
}
