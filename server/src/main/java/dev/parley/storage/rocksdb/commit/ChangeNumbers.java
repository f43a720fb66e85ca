package dev.parley.storage.rocksdb.commit;

import dev.parley.storage.change.ChangePosition;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The numbers of the entries of the change log. Several threads commit at the same time, so an
 * entry can be on disk before an entry with a lower number. No batch with the number {@link
 * #visible} or a lower one is open. Readers of the change log read up to it, so they miss no entry.
 */
public final class ChangeNumbers {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();

  /** The blocks that are not visible, in the order of their numbers. */
  private final ArrayDeque<Block> open = new ArrayDeque<>();

  private long last;
  private volatile long visible;

  /**
   * Creates the numbers.
   *
   * @param stored the last number that is stored
   * @param atLeast the first number that is given out is higher than this and than {@code stored}
   */
  public ChangeNumbers(long stored, long atLeast) {
    visible = stored;
    last = Math.max(stored, atLeast);
  }

  /** Consecutive numbers for the entries of one batch. */
  static final class Block {
    private final long first;
    private final int count;
    private boolean ended;
    private boolean visible;

    private Block(long first, int count) {
      this.first = first;
      this.count = count;
    }

    /** The first number, if there is one. */
    long first() {
      return first;
    }
  }

  /** The position up to which readers can read. */
  public ChangePosition visible() {
    return new ChangePosition(visible);
  }

  /**
   * Takes the next numbers. The caller must call {@link #end} for them.
   *
   * @param count how many; 0 for a batch without entries, which waits for earlier batches like the
   *     others
   */
  Block take(int count) {
    lock.lock();
    try {
      Block block = new Block(last + 1, count);
      last += count;
      open.add(block);
      return block;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a block whose batch is committed, or failed. Returns once all blocks that were taken
   * before have ended, so that readers see the entries of this one.
   */
  void end(Block block) {
    lock.lock();
    try {
      block.ended = true;
      for (Block next = open.peek(); next != null && next.ended; next = open.peek()) {
        open.remove();
        next.visible = true;
        if (next.count > 0) {
          visible = next.first + next.count - 1;
        }
        advanced.signalAll();
      }
      while (!block.visible) {
        advanced.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
