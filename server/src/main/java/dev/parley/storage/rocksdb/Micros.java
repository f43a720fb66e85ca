package dev.parley.storage.rocksdb;

import java.time.Instant;

/** Times as microseconds since the epoch, the form in which they are kept. */
final class Micros {
  private static final long PER_SECOND = 1_000_000;
  private static final int NANOS = 1_000;

  private Micros() {}

  static long of(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), PER_SECOND), time.getNano() / NANOS);
  }

  static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * NANOS);
  }
}
