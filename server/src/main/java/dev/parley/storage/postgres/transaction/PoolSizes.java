package dev.parley.storage.postgres.transaction;

/**
 * How the connections of a server are divided.
 *
 * @param reads connections for reads
 * @param snapshots connections for open snapshots
 * @param appends connections for batches of appends, one per queue
 * @param writes connections for all other writes
 */
public record PoolSizes(int reads, int snapshots, int appends, int writes) {
  private static final int SNAPSHOTS_MIN = 2;
  private static final int SNAPSHOT_SHARE = 6;
  private static final int SEARCH_SHARE = 4;
  private static final int SEARCHES_MAX = 2;

  /**
   * Divides connections: a sixth for snapshots, at least 2, and half of the others each for reads
   * and for writes.
   *
   * @param connections all connections, at least 8
   * @param appendQueuesMax how many of the connections for writes batches of appends use at most;
   *     at least one connection is left for other writes
   */
  public static PoolSizes of(int connections, int appendQueuesMax) {
    int snapshots = Math.max(SNAPSHOTS_MIN, connections / SNAPSHOT_SHARE);
    int reads = (connections - snapshots) / 2;
    int allWrites = connections - snapshots - reads;
    int appends = Math.min(appendQueuesMax, allWrites - 1);
    return new PoolSizes(reads, snapshots, appends, allWrites - appends);
  }

  /**
   * How many of the connections for reads may run searches: at most a quarter, because searches can
   * be expensive.
   */
  public int searches() {
    return Math.max(1, Math.min(SEARCHES_MAX, reads / SEARCH_SHARE));
  }
}
