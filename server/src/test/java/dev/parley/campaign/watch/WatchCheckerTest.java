package dev.parley.campaign.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Examples of what the checker of watches finds, and of what it accepts. */
class WatchCheckerTest {
  private static final String ID = "s";
  private final WatchedSessions sessions = new WatchedSessions();
  private final WatchedSession session = sessions.add("agent", ID);
  private final SeenEvents seen = new SeenEvents("w", WatchScope.of("agent"), sessions);

  private void append(int count) {
    int first = session.next(count);
    for (int number = first; number < first + count; number++) {
      assertThat(session.acknowledge(number, number)).isEmpty();
    }
  }

  private void see(int... sequences) {
    for (int sequence : sequences) {
      seen.message(ID, sequence, sequence);
    }
  }

  private List<String> missing(int head, int... deleted) {
    BitSet set = new BitSet();
    for (int sequence : deleted) {
      set.set(sequence);
    }
    return new WatchChecker(Map.of(ID, new FinalLog(true, false, head, set))).missing(seen);
  }

  private List<String> missingOfDeleted() {
    FinalLog gone = new FinalLog(false, false, 0, new BitSet());
    return new WatchChecker(Map.of(ID, gone)).missing(seen);
  }

  @Test
  void everyMessageOnce_isAccepted() {
    append(3);
    see(1, 2, 3);
    assertThat(missing(3)).isEmpty();
    assertThat(sessions.findings()).isEmpty();
  }

  @Test
  void gapAndMissingEnd_areFound() {
    append(4);
    see(1, 3);
    assertThat(missing(4))
        .containsExactly(
            "w, session s: misses the message 2 of 4", "w, session s: misses the message 4 of 4");
  }

  @Test
  void deletedMessage_mayBeMissing() {
    append(3);
    see(1, 3);
    assertThat(missing(3, 2)).isEmpty();
  }

  @Test
  void doubleAndWrongOrder_areFound() {
    append(3);
    see(1, 3, 3, 2);
    assertThat(sessions.findings())
        .containsExactly("w, session s: sees 3 twice", "w, session s: sees 2 after 3");
  }

  @Test
  void messageThatNobodySent_orThatWasRefused_orIsAnother_isFound() {
    append(2);
    session.refuse(session.next(1));
    see(4, 3);
    seen.message(ID, 2, 1);
    seen.message("other", 1, 1);
    assertThat(sessions.findings())
        .anyMatch(finding -> finding.contains("sequence 4 is message 4, which nobody sent"))
        .anyMatch(finding -> finding.contains("sequence 3 is message 3, which nobody sent"))
        .anyMatch(finding -> finding.contains("sequence 2 is message 2 and message 1"))
        .anyMatch(finding -> finding.contains("a message of the session other"));
  }

  @Test
  void deletedSession_mayLackItsEnd_butHasNoGap_andItsDeletionIsReported() {
    append(4);
    session.setMayBeDeleted();
    see(1, 3);
    assertThat(missingOfDeleted())
        .containsExactly(
            "w, session s: misses the message 2 of 3", "w, session s: misses the deletion");
    session.setDeletable(2);
    seen.deleted(ID);
    assertThat(missingOfDeleted()).isEmpty();
    seen.deleted(ID);
    assertThat(sessions.findings()).containsExactly("w sees the deletion of s twice");
  }

  @Test
  void watchThatBeginsLate_needsNoEarlierMessages_butHasNoGap() {
    append(5);
    seen.start(session, 3);
    see(5);
    assertThat(missing(5)).containsExactly("w, session s: misses the message 4 of 5");
    assertThat(sessions.findings()).isEmpty();
  }
}
