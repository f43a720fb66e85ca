package dev.parley.campaign.history;

import dev.parley.campaign.history.SessionHistory.Register;
import dev.parley.campaign.history.SessionHistory.Value;
import dev.parley.campaign.history.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Checks that a register with one writer is linearizable. Its writes are in order, so each read has
 * a range of versions that it may show: from the last write that ended before the read began, to
 * the last write that began before the read ended. Each read gets the oldest version in its range
 * that has the value that was seen and is not older than that of a read which ended before. If all
 * reads get a version, the history is linearizable; if one gets none, it is not.
 */
final class RegisterChecker {
  private RegisterChecker() {}

  /** What was found, without the name of the session. */
  record Found(Kind kind, String text) {}

  private record Placed(Interval time, int version) {}

  static List<Found> check(Register register) {
    List<Found> found = new ArrayList<>();
    PriorityQueue<Placed> open = new PriorityQueue<>(Comparator.comparing(one -> one.time().end()));
    int shown = 0;
    for (Value read :
        register.reads().stream()
            .sorted(Comparator.comparing(one -> one.time().begin()))
            .toList()) {
      while (!open.isEmpty() && open.peek().time().endedBefore(read.time())) {
        shown = Math.max(shown, open.remove().version());
      }
      int written = written(register.writes(), read.time());
      int version = version(register.writes(), read, Math.max(written, shown));
      if (version >= 0) {
        open.add(new Placed(read.time(), version));
      } else if (version(register.writes(), read, written) >= 0) {
        found.add(
            new Found(Kind.BACKWARDS, "a later read shows the earlier '" + read.value() + "'"));
      } else {
        found.add(
            new Found(
                Kind.WRONG_STATE,
                "'%s' is shown after '%s' was acknowledged"
                    .formatted(read.value(), register.writes().get(written).value())));
      }
    }
    return found;
  }

  private static int written(List<Value> writes, Interval read) {
    int last = 0;
    for (int i = 1; i < writes.size() && writes.get(i).time().endedBefore(read); i++) {
      last = i;
    }
    return last;
  }

  private static int version(List<Value> writes, Value read, int first) {
    for (int i = first; i < writes.size(); i++) {
      if (!writes.get(i).time().beganBeforeEndOf(read.time())) {
        return -1;
      }
      if (writes.get(i).value().equals(read.value())) {
        return i;
      }
    }
    return -1;
  }
}
