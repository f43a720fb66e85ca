package dev.parley.app.cli.console;

/** Receives the progress of a long operation, from any thread. */
public interface Progress {

  /** Sets the total number of sessions. */
  void expect(long sessions);

  /** Adds to the sessions that are done. */
  void sessions(long more);

  /** Adds to the messages that are done. */
  void messages(long more);
}
