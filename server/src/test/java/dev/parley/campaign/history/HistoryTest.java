package dev.parley.campaign.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.campaign.history.Violation.Kind;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The checker accepts what a correct store does, and finds each kind of violation. */
class HistoryTest {
  private static final String SESSION = "s";
  private static final String NATIVE = "native";
  private static final String LABEL = "label";

  private final History history = new History();

  private Interval next() {
    return history.since(history.tick());
  }

  private void append(long sequence, String... items) {
    append(next(), sequence, items);
  }

  private void append(Interval time, long sequence, String... items) {
    List<Long> sequences = LongStream.range(sequence, sequence + items.length).boxed().toList();
    history.appended(SESSION, List.of(items), sequences, time);
  }

  private void read(String... items) {
    read(next(), items);
  }

  private void read(Interval time, String... items) {
    List<LogEntry> entries =
        LongStream.rangeClosed(1, items.length)
            .mapToObj(sequence -> new LogEntry(sequence, items[(int) sequence - 1], false))
            .toList();
    history.messagesRead(SESSION, NATIVE, entries, time);
  }

  private void readWithoutSequences(String... items) {
    history.visibleMessagesRead(SESSION, "guayaba", List.of(items), next());
  }

  private void requireOnly(Kind... kinds) {
    assertThat(history.violations()).extracting(Violation::kind).containsOnly(kinds);
  }

  private void requireNone() {
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void appendsAndReads_inOrder_areAccepted() {
    append(1, "a");
    read("a");
    append(2, "b", "c");
    readWithoutSequences("a", "b", "c");
    read("a", "b", "c");

    requireNone();
    assertThat(history.acknowledgedCount()).isEqualTo(2);
    assertThat(history.readCount()).isEqualTo(3);
  }

  @Test
  void concurrentCalls_inEitherOrder_areAccepted() {
    long first = history.tick();
    long second = history.tick();
    Interval one = history.since(first);
    Interval other = history.since(second);
    append(one, 2, "a");
    append(other, 1, "b");
    read(new Interval(first, one.end()), "b");
    read(new Interval(second, other.end()));
    read("b", "a");

    requireNone();
  }

  @Test
  void unknownEnd_thereOnceOrNot_isAccepted() {
    long begin = history.tick();
    history.appendUnknown(SESSION, List.of("a"), begin);
    history.appendUnknown(SESSION, List.of("b", "c"), history.tick());
    read();
    read("b", "c");
    read("b", "c");

    requireNone();
  }

  @Test
  void unknownEnd_thereTwice_isDouble() {
    history.appendUnknown(SESSION, List.of("a"), history.tick());
    read("a", "a");

    assertThat(history.violations()).extracting(Violation::kind).contains(Kind.DOUBLE);
  }

  @Test
  void sequenceWithTwoMessages_isDouble() {
    append(1, "a");
    append(1, "b");

    assertThat(history.violations()).extracting(Violation::kind).contains(Kind.DOUBLE);
  }

  @Test
  void missingSequence_isGap() {
    append(1, "a");
    history.appendUnknown(SESSION, List.of("b"), history.tick());
    history.messagesRead(
        SESSION, NATIVE, List.of(new LogEntry(1, "a", false), new LogEntry(3, "b", false)), next());

    requireOnly(Kind.GAP);
  }

  @Test
  void missingMessageInReadWithoutSequences_isGap() {
    append(1, "a", "b", "c");
    readWithoutSequences("a", "c");
    read("a", "b", "c");

    requireOnly(Kind.GAP);
  }

  @Test
  void acknowledgedMessageMissingAtTheEnd_isLost() {
    append(1, "a");
    append(2, "b");
    read("a");

    requireOnly(Kind.LOST);
  }

  @Test
  void messageThatWasReadMissingAtTheEnd_isLost() {
    history.appendUnknown(SESSION, List.of("a"), history.tick());
    readWithoutSequences("a");
    read();

    requireOnly(Kind.LOST);
  }

  @Test
  void sequenceAgainstTime_isReordered() {
    append(2, "a");
    append(1, "b");
    read("b", "a");

    requireOnly(Kind.REORDERED);
  }

  @Test
  void otherSequenceThanAcknowledged_isReordered() {
    Interval time = next();
    append(time, 1, "a");
    append(time, 2, "b");
    read("b", "a");

    assertThat(history.violations()).extracting(Violation::kind).contains(Kind.REORDERED);
  }

  @Test
  void readWithoutSequencesInOtherOrder_isReordered() {
    append(1, "a", "b");
    readWithoutSequences("b", "a");
    read("a", "b");

    assertThat(history.violations()).extracting(Violation::kind).contains(Kind.REORDERED);
  }

  @Test
  void readWithoutAcknowledgedMessage_isStale() {
    append(1, "a");
    append(2, "b");
    readWithoutSequences("a");
    read("a", "b");

    requireOnly(Kind.STALE_READ);
  }

  @Test
  void readWithoutMessageOfEarlierRead_isBackwards() {
    long begin = history.tick();
    read("a");
    read();
    append(history.since(begin), 1, "a");
    read("a");

    requireOnly(Kind.BACKWARDS);
  }

  @Test
  void otherContent_isChanged() {
    history.appendUnknown(SESSION, List.of("a"), history.tick());
    read("a, damaged");

    requireOnly(Kind.CHANGED);
  }

  @Test
  void messageShownBeforeItWasSent_isPhantom() {
    read("a");
    append(1, "a");
    read("a");

    requireOnly(Kind.PHANTOM);
  }

  @Test
  void partOfAnAppend_isPartial() {
    append(1, "a", "b");
    Interval during = new Interval(1, 2);
    read(during, "a");
    read("a", "b");

    requireOnly(Kind.PARTIAL_APPEND);
  }

  @Test
  void unknownAppend_onlyFirstStored_isPartial() {
    history.appendUnknown(SESSION, List.of("b", "c"), history.tick());
    read("b");

    requireOnly(Kind.PARTIAL_APPEND);
  }

  @Test
  void unknownAppend_onlyLastStored_isPartial() {
    history.appendUnknown(SESSION, List.of("b", "c"), history.tick());
    read("c");

    requireOnly(Kind.PARTIAL_APPEND);
  }

  @Test
  void unknownAppend_otherMessageInPlaceOfTheLast_isPartial() {
    history.appendUnknown(SESSION, List.of("b", "c"), history.tick());
    read("b");
    append(2, "d");
    read("b", "d");

    requireOnly(Kind.PARTIAL_APPEND);
  }

  @Test
  void unknownAppend_middleMissing_isPartial() {
    history.appendUnknown(SESSION, List.of("x", "y", "z"), history.tick());
    read("x", "z");

    assertThat(history.violations())
        .extracting(Violation::kind)
        .containsExactlyInAnyOrder(Kind.PARTIAL_APPEND, Kind.REORDERED);
  }

  @Test
  void unknownAppend_otherMessageInTheMiddle_isPartial() {
    history.appendUnknown(SESSION, List.of("x", "y", "z"), history.tick());
    append(2, "d");
    read("x", "d", "z");

    requireOnly(Kind.PARTIAL_APPEND);
  }

  @Test
  void unknownAppend_onlyPartInReadWithoutSequences_isPartial() {
    history.appendUnknown(SESSION, List.of("b", "c"), history.tick());
    readWithoutSequences("b");

    requireOnly(Kind.PARTIAL_APPEND);
  }

  @Test
  void deletedPartOfAnAppend_isNotPartial() {
    append(1, "a", "b");
    history.deletable(SESSION, "b");
    history.written(SESSION, History.messageRegister("b"), History.DELETED, next());
    readWithoutSequences("a");

    requireNone();
  }

  @Test
  void refusedAppend_notShown_isAccepted() {
    append(1, "a");
    history.appendRefused(SESSION, List.of("b", "c"));
    read("a");

    requireNone();
  }

  @Test
  void refusedAppend_shown_isPhantom() {
    append(1, "a");
    history.appendRefused(SESSION, List.of("b"));
    read("a", "b");

    requireOnly(Kind.PHANTOM);
  }

  @Test
  void deletedMessage_isSkippedAndStaysDeleted() {
    append(1, "a", "b");
    history.deletable(SESSION, "a");
    history.written(SESSION, History.messageRegister("a"), History.DELETED, next());
    readWithoutSequences("b");
    List<LogEntry> entries = List.of(new LogEntry(1, "a", true), new LogEntry(2, "b", false));
    history.messagesRead(SESSION, NATIVE, entries, next());

    requireNone();
  }

  @Test
  void onlyMessageDeleted_emptyReadWithoutSequencesIsAccepted() {
    append(1, "a");
    history.deletable(SESSION, "a");
    history.written(SESSION, History.messageRegister("a"), History.DELETED, next());
    readWithoutSequences();

    requireNone();
  }

  @Test
  void emptyReadWithoutSequences_isStale() {
    append(1, "a");
    readWithoutSequences();

    requireOnly(Kind.STALE_READ);
  }

  @Test
  void deletedMessageShown_isWrongState() {
    append(1, "a");
    history.deletable(SESSION, "a");
    history.written(SESSION, History.messageRegister("a"), History.DELETED, next());
    read("a");

    requireOnly(Kind.WRONG_STATE);
  }

  @Test
  void messageDeletedByNobody_isWrongState() {
    append(1, "a");
    history.messagesRead(SESSION, NATIVE, List.of(new LogEntry(1, "a", true)), next());

    requireOnly(Kind.WRONG_STATE);
  }

  @Test
  void register_showsLastOrConcurrentWrite() {
    history.initial(SESSION, LABEL, "");
    see("");
    history.written(SESSION, LABEL, "x", next());
    see("x");
    history.writeUnknown(SESSION, LABEL, "y", history.tick());
    see("x");
    see("y");

    requireNone();
  }

  @Test
  void register_olderThanAcknowledged_isWrongState() {
    history.initial(SESSION, LABEL, "");
    history.written(SESSION, LABEL, "x", next());
    see("");

    requireOnly(Kind.WRONG_STATE);
  }

  @Test
  void register_olderThanSeen_isBackwards() {
    history.initial(SESSION, LABEL, "");
    history.writeUnknown(SESSION, LABEL, "x", history.tick());
    see("x");
    see("");

    requireOnly(Kind.BACKWARDS);
  }

  @Test
  void register_valueThatNobodyWrote_isWrongState() {
    history.initial(SESSION, LABEL, "");
    see("z");

    requireOnly(Kind.WRONG_STATE);
  }

  @Test
  void completeRead_countsOnlyAfterTheTick() {
    long before = history.tick();
    read();
    history.seen(SESSION, LABEL, "x", next());
    long after = history.tick();
    readWithoutSequences();

    assertThat(history.isReadAfter(SESSION, before)).isTrue();
    assertThat(history.isReadAfter(SESSION, after)).isFalse();
    assertThat(history.isSeenAfter(SESSION, LABEL, "x", before)).isTrue();
    assertThat(history.isSeenAfter(SESSION, LABEL, "y", before)).isFalse();
    assertThat(history.isSeenAfter(SESSION, LABEL, "x", after)).isFalse();
  }

  private void see(String value) {
    history.seen(SESSION, LABEL, value, next());
  }
}
