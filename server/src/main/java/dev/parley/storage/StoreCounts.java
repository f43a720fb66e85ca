package dev.parley.storage;

/**
 * The number of entities in a store.
 *
 * @param agents the number of agents
 * @param apiKeys the number of API keys, including revoked keys
 * @param sessions the number of sessions, including archived sessions
 * @param messages the number of messages of all sessions
 * @param runs the number of runs of all sessions
 */
public record StoreCounts(long agents, long apiKeys, long sessions, long messages, long runs) {
  @Override
  public String toString() {
    return String.join(
        ", ",
        count(agents, "agent"),
        count(apiKeys, "key"),
        count(sessions, "session"),
        count(messages, "message"),
        count(runs, "run"));
  }

  private static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
