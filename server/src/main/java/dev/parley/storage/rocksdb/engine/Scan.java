package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.Cancellation;
import java.util.List;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A way through entries in the order of their keys. Starts nowhere: seek first. */
public final class Scan implements AutoCloseable {
  private final RocksIterator iterator;
  private final List<AbstractNativeReference> owned;
  private final Cancellation cancellation;
  private long bytesLeft;

  /**
   * Takes over {@code iterator}, and closes it and {@code owned} when it is closed.
   *
   * @param bytesMax the most bytes of values to read
   * @param cancellation ends the scan by an exception
   */
  Scan(
      RocksIterator iterator,
      List<AbstractNativeReference> owned,
      long bytesMax,
      Cancellation cancellation) {
    this.iterator = iterator;
    this.owned = owned;
    this.cancellation = cancellation;
    bytesLeft = bytesMax;
  }

  /** Goes to the first entry whose key is not below {@code key}. */
  public void seek(byte[] key) {
    cancellation.throwIfCancelled();
    iterator.seek(key);
  }

  /** Goes to the last entry whose key is not above {@code key}. */
  public void seekBack(byte[] key) {
    cancellation.throwIfCancelled();
    iterator.seekForPrev(key);
  }

  public void next() {
    cancellation.throwIfCancelled();
    iterator.next();
  }

  public void previous() {
    cancellation.throwIfCancelled();
    iterator.prev();
  }

  /** Whether there is an entry here. An iterator that has failed ends, too, so it is asked. */
  public boolean isValid() {
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

  public byte[] key() {
    return iterator.key();
  }

  /**
   * The value here, or {@link CacheOnlyReader.NotCachedException} if that is more than may be read.
   */
  public byte[] value() {
    byte[] value = iterator.value();
    bytesLeft -= value.length;
    if (bytesLeft < 0) {
      throw CacheOnlyReader.NotCachedException.INSTANCE;
    }
    return value;
  }

  @Override
  public void close() {
    iterator.close();
    owned.forEach(AbstractNativeReference::close);
  }
}
