package dev.parley.client;

/**
 * How much an {@link Appender} sends at once and keeps in memory. Bytes are those of the requests
 * in protobuf.
 *
 * <pre>{@code
 * AppenderLimits small = AppenderLimits.DEFAULT.withQueue(1_000, 8 << 20);
 * }</pre>
 *
 * @param batchEntries the maximum number of appends per call, 1 to 1000; default 1000
 * @param batchBytes the maximum size of a call; a single append may be larger; default 2 MiB
 * @param queueEntries the maximum number of appends without an outcome; default 10000
 * @param queueBytes the maximum size of the appends without an outcome; default 64 MiB
 */
public record AppenderLimits(int batchEntries, int batchBytes, int queueEntries, long queueBytes) {
  /** The default limits. */
  // The response contains the id of each message. For 2 MiB of the smallest messages, it stays
  // below the 3.5 MiB that a response can have.
  public static final AppenderLimits DEFAULT =
      new AppenderLimits(1_000, 2 << 20, 10_000, 64L << 20);

  /** Checks the ranges. */
  public AppenderLimits {
    if (batchEntries < 1 || batchEntries > 1_000) {
      throw new IllegalArgumentException("batchEntries must be between 1 and 1000.");
    }
    if (batchBytes < 1 || queueEntries < 1 || queueBytes < 1) {
      throw new IllegalArgumentException(
          "batchBytes and the limits of the queue must be positive.");
    }
  }

  /** The same with other limits of a call. */
  public AppenderLimits withBatch(int entries, int bytes) {
    return new AppenderLimits(entries, bytes, queueEntries, queueBytes);
  }

  /** The same with other limits of what is kept in memory. */
  public AppenderLimits withQueue(int entries, long bytes) {
    return new AppenderLimits(batchEntries, batchBytes, entries, bytes);
  }
}
