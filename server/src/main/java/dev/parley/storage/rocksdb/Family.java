package dev.parley.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The column families. Their names are on disk and do not change. */
enum Family {
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
  MESSAGE_IDS("message-ids");

  private final String diskName;

  Family(String diskName) {
    this.diskName = diskName;
  }

  byte[] diskName() {
    return diskName.getBytes(UTF_8);
  }
}
