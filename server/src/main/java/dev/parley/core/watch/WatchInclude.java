package dev.parley.core.watch;

/** What a watch reports besides deletions and its own progress. */
public enum WatchInclude {
  /** Messages that are appended. */
  MESSAGES,
  /** Sessions that are created or changed. */
  SESSIONS,
  /** Runs that are started or changed. */
  RUNS
}
