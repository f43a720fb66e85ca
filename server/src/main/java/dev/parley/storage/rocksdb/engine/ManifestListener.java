package dev.parley.storage.rocksdb.engine;

import org.rocksdb.AbstractEventListener;
import org.rocksdb.CompactionJobInfo;
import org.rocksdb.FlushJobInfo;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a {@link CommitListener} about changes of the manifest. */
final class ManifestListener extends AbstractEventListener {
  private static final Logger log = LoggerFactory.getLogger(ManifestListener.class);
  private static final String PREFIX = "/MANIFEST-";

  private final CommitListener listener;

  ManifestListener(CommitListener listener) {
    super(EnabledEventCallback.ON_FLUSH_COMPLETED, EnabledEventCallback.ON_COMPACTION_COMPLETED);
    this.listener = listener;
  }

  @Override
  public void onFlushCompleted(RocksDB db, FlushJobInfo flush) {
    report(db);
  }

  @Override
  public void onCompactionCompleted(RocksDB db, CompactionJobInfo compaction) {
    report(db);
  }

  /** Ends background work and reports. RocksDB does not report work that ends during a close. */
  void reportLast(RocksDB db) {
    db.cancelAllBackgroundWork(true);
    report(db);
  }

  /** Reports the length that RocksDB has synced, which may be shorter than the file is. */
  void report(RocksDB db) {
    try {
      RocksDB.LiveFiles live = db.getLiveFiles(false);
      live.files.stream()
          .filter(file -> file.startsWith(PREFIX))
          .forEach(file -> listener.manifestChanged(file.substring(1), live.manifestFileSize));
    } catch (RocksDBException | RuntimeException e) {
      // An exception must not reach RocksDB's thread.
      log.warn("The length of the manifest is unknown.", e);
    }
  }
}
