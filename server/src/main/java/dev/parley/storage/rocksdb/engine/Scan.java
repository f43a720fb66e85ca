package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.Cancellation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Iterates over entries in key order. It has no position until the first seek. */
public final class Scan implements AutoCloseable {
  private final RocksIterator iterator;
  private final List<AbstractNativeReference> owned;
  private final Cancellation cancellation;
  private long bytesLeft;

  /**
   * Creates a scan. It owns {@code iterator} and {@code owned}, and closes them.
   *
   * @param bytesMax how many bytes of values may be read
   * @param cancellation ends the scan with an exception
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

  /** Moves to the first entry whose key is not below {@code key}. */
  public void seek(byte[] key) {
    cancellation.throwIfCancelled();
    iterator.seek(key);
  }

  /** Moves to the last entry whose key is not above {@code key}. */
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

  /**
   * Whether the scan is at an entry. A failed iterator is not valid either, so this checks its
   * status.
   */
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

  /** The error at which the scan failed; null if it is at an entry or at the end. */
  public @Nullable RocksDBException error() {
    if (!iterator.isValid()) {
      try {
        iterator.status();
      } catch (RocksDBException e) {
        return e;
      }
    }
    return null;
  }

  public byte[] key() {
    return iterator.key();
  }

  /**
   * The value of the current entry. Throws {@link CacheOnlyReader.NotCachedException} beyond the
   * limit.
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
