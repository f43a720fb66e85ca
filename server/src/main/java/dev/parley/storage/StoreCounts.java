package dev.parley.storage;

/**
 * How much a store holds.
 *
 * @param agents agents
 * @param apiKeys API keys, those that are revoked included
 * @param sessions sessions, archived ones included
 * @param messages messages of all sessions
 * @param runs runs of all sessions
 */
public record StoreCounts(long agents, long apiKeys, long sessions, long messages, long runs) {
  @Override
  public String toString() {
    return "%d agents, %d keys, %d sessions, %d messages, %d runs"
        .formatted(agents, apiKeys, sessions, messages, runs);
  }
}
