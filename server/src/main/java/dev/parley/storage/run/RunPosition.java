package dev.parley.storage.run;

import dev.parley.model.Run;
import dev.parley.storage.query.ListOrder;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

/**
 * A position in a list of the runs of several sessions.
 *
 * @param createTime the create time of the run at this position
 * @param sessionId the session of the run
 * @param number the number of the run in its session
 */
public record RunPosition(Instant createTime, UUID sessionId, long number) {
  /**
   * The most recently created run first, then by session id as an unsigned number, then the highest
   * number first.
   */
  public static final Comparator<RunPosition> NEWEST_FIRST =
      Comparator.comparing(RunPosition::createTime, Comparator.reverseOrder())
          .thenComparing(RunPosition::sessionId, ListOrder.BY_ID)
          .thenComparing(RunPosition::number, Comparator.reverseOrder());

  /** The position of a run. */
  public static RunPosition of(Run run) {
    return new RunPosition(run.createTime(), run.sessionId(), run.number());
  }
}
