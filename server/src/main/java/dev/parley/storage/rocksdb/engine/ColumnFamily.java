package dev.parley.storage.rocksdb.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The column families. Their names are stored on disk and must not change. */
public enum ColumnFamily {
  /** Metadata of the store: the layout number, and the number of the last change by each thread. */
  META("default"),
  /** Agents and API keys. */
  DIRECTORY("directory"),
  /** Session rows. */
  SESSIONS("sessions"),
  /** The origin and metadata of sessions where they are large. */
  DETAILS("session-details"),
  /** Indexes of sessions by key, id, time, client, user and expiry, and of runs by state. */
  INDEXES("indexes"),
  /** Message rows, the newest of a session first. */
  MESSAGES("messages"),
  /** Message ids and their sequences. */
  MESSAGE_IDS("message-ids"),
  /** The messages of each run. */
  RUN_MESSAGES("run-messages"),
  /** Run rows, the oldest of a session first. */
  RUNS("runs"),
  /** Run ids and their numbers. */
  RUN_IDS("run-ids"),
  /** The retrieved contexts of runs. */
  CONTEXTS("contexts"),
  /** Audit entries, the newest first. */
  AUDIT("audit"),
  /** Entries of the change log, the oldest of an agent first. */
  CHANGES("changes"),
  /** Webhooks, and their failed deliveries with the newest first. */
  WEBHOOKS("webhooks");

  /** The column families whose keys start with a session. */
  public static final List<ColumnFamily> OF_SESSIONS =
      List.of(SESSIONS, DETAILS, MESSAGES, MESSAGE_IDS, RUN_MESSAGES, RUNS, RUN_IDS, CONTEXTS);

  /**
   * The column families that a repair does not read: their entries are derived from those of
   * others, or a new store starts without them.
   */
  public static final Set<ColumnFamily> NOT_REPAIRED =
      EnumSet.of(META, INDEXES, MESSAGE_IDS, RUN_MESSAGES, RUN_IDS, CHANGES, WEBHOOKS);

  private final String diskName;

  ColumnFamily(String diskName) {
    this.diskName = diskName;
  }

  public byte[] diskName() {
    return diskName.getBytes(UTF_8);
  }
}
