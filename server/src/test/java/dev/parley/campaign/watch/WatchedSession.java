package dev.parley.campaign.watch;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a session: the number of the message at each sequence, and which messages and
 * whether the session may be deleted. Messages are numbered by their writers, and contents are not
 * kept. Thread-safe.
 */
final class WatchedSession {
  final String agentId;
  final String id;
  private final BitSet deletable = new BitSet();
  private final Set<Integer> refused = new HashSet<>();
  private int[] numbers = new int[16];
  private int sent;
  private int acknowledgedHead;
  private boolean mayBeDeleted;
  private boolean deleted;

  WatchedSession(String agentId, String id) {
    this.agentId = agentId;
    this.id = id;
  }

  /** The number of the first of some new messages, which have consecutive numbers. */
  synchronized int next(int count) {
    sent += count;
    return sent - count + 1;
  }

  /** Notes that a message is not stored and may never be shown. */
  synchronized void refuse(int number) {
    refused.add(number);
  }

  /** Notes that a message was acknowledged. */
  synchronized Optional<String> acknowledge(int sequence, int number) {
    acknowledgedHead = Math.max(acknowledgedHead, sequence);
    return place(sequence, number);
  }

  /** Notes which message has a sequence. Returns what contradicts that. */
  synchronized Optional<String> place(int sequence, int number) {
    if (number < 1 || number > sent || refused.contains(number)) {
      return wrong("sequence %d is message %d, which nobody sent".formatted(sequence, number));
    }
    if (sequence >= numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(sequence + 1, 2 * numbers.length));
    }
    int other = numbers[sequence];
    numbers[sequence] = number;
    return other == 0 || other == number
        ? Optional.empty()
        : wrong("sequence %d is message %d and message %d".formatted(sequence, other, number));
  }

  /** A message that two sequences have. */
  synchronized Optional<String> stored() {
    BitSet found = new BitSet();
    for (int sequence = 1; sequence < numbers.length; sequence++) {
      if (numbers[sequence] != 0 && found.get(numbers[sequence])) {
        return wrong("message %d is stored twice".formatted(numbers[sequence]));
      }
      found.set(numbers[sequence]);
    }
    return Optional.empty();
  }

  Optional<String> wrong(String what) {
    return Optional.of("session " + id + ": " + what);
  }

  /** The highest acknowledged sequence. */
  synchronized int acknowledgedHead() {
    return acknowledgedHead;
  }

  /** The number of the message at a sequence, 0 if it is unknown. */
  synchronized int number(int sequence) {
    return sequence < numbers.length ? numbers[sequence] : 0;
  }

  /** Notes that the message with this sequence is about to be deleted. */
  synchronized void setDeletable(int sequence) {
    deletable.set(sequence);
  }

  synchronized boolean isDeletable(int sequence) {
    return deletable.get(sequence);
  }

  /** Notes that the session is about to be deleted. */
  synchronized void setMayBeDeleted() {
    mayBeDeleted = true;
  }

  synchronized boolean mayBeDeleted() {
    return mayBeDeleted;
  }

  /** Notes that the session is deleted. */
  synchronized void setDeleted() {
    deleted = true;
  }

  synchronized boolean isDeleted() {
    return deleted;
  }
}
