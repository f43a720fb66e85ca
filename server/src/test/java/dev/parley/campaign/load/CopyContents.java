package dev.parley.campaign.load;

import java.util.List;

/**
 * How the contents of a copy differ from what was acknowledged.
 *
 * @param missing acknowledged messages that are not there, each with its session and sequence
 * @param placeholders messages that a repair put in the place of lost ones
 * @param damagedReads calls that failed because data is damaged
 * @param wrong messages with other content, or at another sequence
 */
public record CopyContents(
    List<String> missing, List<Position> placeholders, int damagedReads, List<String> wrong) {

  /** Where a message is. */
  public record Position(String session, long sequence) {}

  /** Whether nothing is lost. */
  public boolean isComplete() {
    return missing.isEmpty() && placeholders.isEmpty();
  }
}
