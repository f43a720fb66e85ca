package dev.parley.storage.check;

/** Is told what a check finds, and how far it is. On the checking thread. */
public interface CheckObserver {

  /**
   * Something is not as it must be.
   *
   * @param what what is wrong, in a few words
   * @param where ids of what it is wrong with; never anything that callers wrote
   */
  void found(String what, String where);

  /** So many sessions there are to check, roughly. */
  void expect(long sessions);

  /**
   * So much more was checked.
   *
   * @param sessions sessions
   * @param messages their messages
   */
  void checked(long sessions, long messages);
}
