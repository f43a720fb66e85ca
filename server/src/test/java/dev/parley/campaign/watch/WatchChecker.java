package dev.parley.campaign.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares what a watcher saw with the messages at the end. That messages come once and in order is
 * checked when they come.
 *
 * <p>A watch reports each message after its start that is not deleted. Messages between its start
 * and the next read of the newest sequence may be reported or not, but after the first one that is
 * reported, none may be missing. Of a deleted session, the end may be missing.
 */
final class WatchChecker {
  private final Map<String, FinalLog> logs;

  WatchChecker(Map<String, FinalLog> logs) {
    this.logs = logs;
  }

  /** What a watcher did not see although it should have. */
  List<String> missing(SeenEvents watcher) {
    List<String> missing = new ArrayList<>();
    for (WatchedSession session : watcher.covered()) {
      FinalLog log = logs.get(session.id);
      if (log != null) {
        missing(watcher, session, log, missing);
      }
    }
    return missing;
  }

  private static void missing(
      SeenEvents watcher, WatchedSession session, FinalLog log, List<String> missing) {
    SeenSession seen = watcher.session(session.id);
    String who = watcher.name() + ", session " + session.id + ": ";
    synchronized (seen) {
      int start = watcher.start(session.id) + 1;
      int first = seen.first() < 0 ? start : Math.min(seen.first(), start);
      int end = log.exists() ? log.head() : seen.last();
      for (int sequence = first; sequence <= end; sequence++) {
        boolean mayBeMissing =
            log.exists() ? log.deleted().get(sequence) : session.isDeletable(sequence);
        if (!seen.sequences.get(sequence) && !mayBeMissing) {
          missing.add(who + "misses the message " + sequence + " of " + end);
        }
      }
      if (log.exists() && seen.last() > log.head()) {
        missing.add(who + "saw " + seen.last() + ", which is not stored");
      }
      if (!log.exists() && seen.deletions == 0 && watcher.reportsDeletion(session.id)) {
        missing.add(who + "misses the deletion");
      }
      if (log.exists() && seen.deletions > 0) {
        missing.add(who + "saw a deletion of a session that exists");
      }
      if (log.exists()
          && watcher.scope().states()
          && (log.head() > watcher.start(session.id) || seen.head >= 0)
          && (seen.head != log.head() || seen.archived != log.archived())) {
        missing.add(
            who
                + "its last state is %d, %s instead of %d, %s"
                    .formatted(seen.head, seen.archived, log.head(), log.archived()));
      }
    }
  }
}
