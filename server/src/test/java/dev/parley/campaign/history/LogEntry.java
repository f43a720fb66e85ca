package dev.parley.campaign.history;

/**
 * A message in the answer to a read.
 *
 * @param sequence 0 if the API does not tell sequences
 * @param item the unique name that its client gave the message
 * @param deleted whether the answer says that the message was deleted. An API that does not tell
 *     sequences leaves deleted messages out.
 */
public record LogEntry(long sequence, String item, boolean deleted) {}
