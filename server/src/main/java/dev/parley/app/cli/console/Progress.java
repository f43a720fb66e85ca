package dev.parley.app.cli.console;

/** Is told how far work is, from any thread. */
public interface Progress {

  /** So many sessions there are to do. */
  void expect(long sessions);

  /** So many more sessions are done. */
  void sessions(long more);

  /** So many more messages are done. */
  void messages(long more);
}
