package dev.parley.storage.rocksdb.read;

import dev.parley.storage.rocksdb.codec.IndexKeys;
import java.util.Arrays;
import java.util.UUID;

/**
 * An entry of an index of sessions or runs. Entries of different indexes compare like one combined
 * list: by time, latest first, then by session id, then, for runs, the highest number first.
 *
 * @param list the prefix of the index
 * @param key the key of the entry
 */
@SuppressWarnings("ArrayRecordComponent") // Compared only by compareTo.
record IndexEntry(byte[] list, byte[] key) implements Comparable<IndexEntry> {
  UUID agentId() {
    return IndexKeys.agentIdOf(key);
  }

  UUID sessionId() {
    return IndexKeys.sessionIdOf(key, list);
  }

  @Override
  public int compareTo(IndexEntry other) {
    return Arrays.compareUnsigned(
        key, list.length, key.length, other.key, other.list.length, other.key.length);
  }
}
