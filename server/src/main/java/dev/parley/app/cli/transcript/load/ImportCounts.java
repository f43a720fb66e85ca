package dev.parley.app.cli.transcript.load;

/** What an import has created and found so far. */
public final class ImportCounts {
  long sessionsMade;
  long sessionsFound;
  long messagesStored;
  long messagesFound;
  long runsMade;
  long runsFound;
  long pastExpiries;

  ImportCounts() {}

  /** The number of sessions created. */
  public long sessionsMade() {
    return sessionsMade;
  }

  /** The number of sessions that existed. */
  public long sessionsFound() {
    return sessionsFound;
  }

  /** The number of messages stored. */
  public long messagesStored() {
    return messagesStored;
  }

  /** The number of messages that were stored already. */
  public long messagesFound() {
    return messagesFound;
  }

  /** The number of runs created. */
  public long runsMade() {
    return runsMade;
  }

  /** The number of runs that existed. */
  public long runsFound() {
    return runsFound;
  }

  /** The number of sessions imported without their expire_time because it has passed. */
  public long pastExpiries() {
    return pastExpiries;
  }
}
