package dev.parley.model.webhook;

import java.util.Comparator;

/**
 * A place among the events of a webhook.
 *
 * @param number the number of a change of the store, at least 0
 * @param sequence the sequence of a message within the change; 0 for the end of the change
 */
public record DeliveryPosition(long number, long sequence) implements Comparable<DeliveryPosition> {
  private static final Comparator<DeliveryPosition> ORDER =
      Comparator.comparingLong(DeliveryPosition::number)
          // The end of a change is after all of its messages.
          .thenComparingLong(place -> place.sequence == 0 ? Long.MAX_VALUE : place.sequence);

  @Override
  public int compareTo(DeliveryPosition other) {
    return ORDER.compare(this, other);
  }
}
