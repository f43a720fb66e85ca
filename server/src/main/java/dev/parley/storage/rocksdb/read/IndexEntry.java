package dev.parley.storage.rocksdb.read;

import dev.parley.storage.rocksdb.codec.IndexKeys;
import java.util.Arrays;
import java.util.UUID;

/**
 * Where a session stands in a list. Places of different lists compare as their sessions do in a
 * list of them all: by time, the latest first, then by session id.
 *
 * @param list the prefix of the list
 * @param key the list's entry
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared but by compareTo.
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
