package dev.parley.storage.check;

/** Receives the findings and the progress of a check, on the checking thread. */
public interface CheckObserver {

  /**
   * Reports a problem.
   *
   * @param what the problem, in a few words
   * @param where the ids of the affected entity; never data that callers wrote
   */
  void found(String what, String where);

  /** Reports the approximate number of sessions to check. */
  void expect(long sessions);

  /**
   * Reports progress.
   *
   * @param sessions the number of sessions checked since the last call
   * @param messages the number of their messages
   */
  void checked(long sessions, long messages);
}
