package dev.parley.storage.rocksdb.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The column families. Their names are stored on disk and must not change. */
public enum ColumnFamily {
  /** Metadata of the store: the layout number. */
  META("default"),
  /** Agents and API keys. */
  DIRECTORY("directory"),
  /** Session rows. */
  SESSIONS("sessions"),
  /** Indexes of sessions by key, id, time, client, user and expiry. */
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
  AUDIT("audit");

  /** The column families whose keys start with a session. */
  public static final List<ColumnFamily> OF_SESSIONS =
      List.of(SESSIONS, MESSAGES, MESSAGE_IDS, RUN_MESSAGES, RUNS, RUN_IDS, CONTEXTS);

  /** The column families whose entries are derived from those of others, and the layout number. */
  public static final Set<ColumnFamily> DERIVED =
      EnumSet.of(META, INDEXES, MESSAGE_IDS, RUN_MESSAGES, RUN_IDS);

  private final String diskName;

  ColumnFamily(String diskName) {
    this.diskName = diskName;
  }

  public byte[] diskName() {
    return diskName.getBytes(UTF_8);
  }
}
