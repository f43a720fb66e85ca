package dev.parley.campaign.watch;

import java.util.BitSet;

/** What a watcher saw of a session. Used by one thread at a time. */
final class SeenSession {
  final BitSet sequences = new BitSet();
  int deletions;

  /** The state of the last event {@code session}: its newest sequence, -1 before the first one. */
  long head = -1;

  boolean archived;

  int last() {
    return sequences.length() - 1;
  }

  int first() {
    return sequences.nextSetBit(0);
  }
}
