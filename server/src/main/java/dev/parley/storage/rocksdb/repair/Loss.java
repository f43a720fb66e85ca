package dev.parley.storage.rocksdb.repair;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a repair could not read, or had to change.
 *
 * @param kind what it is
 * @param agentId the agent, if it is known
 * @param sessionId the session, if it is known
 * @param item the id of the key or run, if it is known
 * @param first the first sequence of messages, runs or changes; 0 if it does not apply
 * @param last the last sequence; 0 if it does not apply
 * @param file the damaged file, relative to the data folder, if it is known
 * @param reason what happened and what the repair did, in one sentence without content
 */
public record Loss(
    Kind kind,
    @Nullable UUID agentId,
    @Nullable UUID sessionId,
    @Nullable String item,
    long first,
    long last,
    @Nullable String file,
    String reason) {

  /** What was lost. The names are those of the report. */
  public enum Kind {
    /** A file is missing or damaged. */
    FILE,
    /** Changes that were in logs, by the sequence numbers of the database. */
    CHANGES,
    /** A range of entries in a table. What it held is unknown, unless other losses tell. */
    ENTRIES,
    AGENT,
    KEY,
    SESSION,
    MESSAGES,
    RUNS,
    /** The retrieved context of a run. */
    CONTEXT,
    AUDIT_ENTRY
  }

  /** A file that cannot be used, or only in part. */
  public static Loss ofFile(String file, String reason) {
    return new Loss(Kind.FILE, null, null, null, 0, 0, file, reason);
  }

  static Loss ofChanges(long first, long last, @Nullable String file, String reason) {
    return new Loss(Kind.CHANGES, null, null, null, first, last, file, reason);
  }

  static Loss ofEntries(@Nullable String file, String reason) {
    return new Loss(Kind.ENTRIES, null, null, null, 0, 0, file, reason);
  }

  static Loss of(Kind kind, @Nullable UUID agentId, @Nullable String item, String reason) {
    return new Loss(kind, agentId, null, item, 0, 0, null, reason);
  }

  static Loss ofSession(
      Kind kind, UUID agentId, UUID sessionId, @Nullable String item, String reason) {
    return new Loss(kind, agentId, sessionId, item, 0, 0, null, reason);
  }

  static Loss ofSequences(
      Kind kind, UUID agentId, UUID sessionId, long first, long last, String reason) {
    return new Loss(kind, agentId, sessionId, null, first, last, null, reason);
  }

  /** Receives losses as they are found. */
  @FunctionalInterface
  public interface Receiver {
    void lost(Loss loss);
  }
}
