package dev.parley.storage.rocksdb;

import java.util.List;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A way through entries in the order of their keys. Starts nowhere: seek first. */
final class Scan implements AutoCloseable {
  private final RocksIterator iterator;
  private final List<AbstractNativeReference> owned;

  Scan(RocksIterator iterator, List<AbstractNativeReference> owned) {
    this.iterator = iterator;
    this.owned = owned;
  }

  /** Goes to the first entry whose key is not below {@code key}. */
  void seek(byte[] key) {
    iterator.seek(key);
  }

  /** Goes to the last entry whose key is not above {@code key}. */
  void seekBack(byte[] key) {
    iterator.seekForPrev(key);
  }

  void next() {
    iterator.next();
  }

  void previous() {
    iterator.prev();
  }

  /** Whether there is an entry here. An iterator that has failed ends, too, so it is asked. */
  boolean isValid() {
    if (iterator.isValid()) {
      return true;
    }
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw Database.unreadable(e);
    }
    return false;
  }

  byte[] key() {
    return iterator.key();
  }

  byte[] value() {
    return iterator.value();
  }

  @Override
  public void close() {
    iterator.close();
    owned.forEach(AbstractNativeReference::close);
  }
}
