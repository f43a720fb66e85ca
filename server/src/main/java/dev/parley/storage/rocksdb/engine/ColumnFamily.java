package dev.parley.storage.rocksdb.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** The column families. Their names are on disk and do not change. */
public enum ColumnFamily {
  /** What the store says of itself: the number of the layout. */
  META("default"),
  /** Agents and API keys. */
  DIRECTORY("directory"),
  /** Session rows. */
  SESSIONS("sessions"),
  /** Key slots and the places of sessions in lists. */
  INDEXES("indexes"),
  /** Message rows, the newest of a session first. */
  MESSAGES("messages"),
  /** Message ids and the sequences that they stand for. */
  MESSAGE_IDS("message-ids"),
  /** Which messages are whose run's. */
  RUN_MESSAGES("run-messages"),
  /** Run rows, the oldest of a session first. */
  RUNS("runs"),
  /** Run ids and the numbers that they stand for. */
  RUN_IDS("run-ids"),
  /** What runs retrieved. */
  CONTEXTS("contexts"),
  /** Who did what, the newest first. */
  AUDIT("audit");

  /** The families whose keys begin with a session. */
  public static final List<ColumnFamily> OF_SESSIONS =
      List.of(SESSIONS, MESSAGES, MESSAGE_IDS, RUN_MESSAGES, RUNS, RUN_IDS, CONTEXTS);

  private final String diskName;

  ColumnFamily(String diskName) {
    this.diskName = diskName;
  }

  public byte[] diskName() {
    return diskName.getBytes(UTF_8);
  }
}
