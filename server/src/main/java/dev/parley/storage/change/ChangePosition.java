package dev.parley.storage.change;

/**
 * A position in the change log. Positions grow over all agents of a store. Numbers between two
 * entries may be missing.
 *
 * @param number at least 0; 0 is before all changes
 */
public record ChangePosition(long number) implements Comparable<ChangePosition> {
  /** The position before all changes. */
  public static final ChangePosition START = new ChangePosition(0);

  public ChangePosition {
    if (number < 0) {
      throw new IllegalArgumentException("A position must not be negative.");
    }
  }

  @Override
  public int compareTo(ChangePosition other) {
    return Long.compare(number, other.number);
  }
}
