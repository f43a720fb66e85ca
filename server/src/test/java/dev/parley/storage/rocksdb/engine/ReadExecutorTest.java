package dev.parley.storage.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.commit.Batch;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

@Timeout(30)
class ReadExecutorTest {
  private static final byte[] PREFIX = {1};
  private static final int HALF = (int) CacheOnlyReader.SCAN_BYTES_MAX / 2;

  @TempDir Path folder;
  private Database database;
  private ReadExecutor readers;

  /** The result of a read, and the thread that ran it. */
  private record Seen(long bytes, Thread thread) {}

  @BeforeEach
  void open() throws RocksDBException {
    database = new Database(folder, RocksDbSettings.DEFAULTS.blockCacheBytes());
    readers = new ReadExecutor(database, 1, 1, StoreObserver.NONE);
  }

  @AfterEach
  void close() {
    readers.close();
    database.close();
  }

  @Test
  void readLittle_inMemoryAtTheBound_onTheCallersThread() throws RocksDBException {
    store(HALF, HALF);

    CompletableFuture<Seen> read =
        readers.readSmall("query", Cancellation.NONE, ReadExecutorTest::all);

    assertThat(read).isCompletedWithValue(new Seen(2L * HALF, Thread.currentThread()));
  }

  @Test
  void readLittle_aByteMore_handedOver() throws RocksDBException {
    store(HALF, HALF + 1);

    Seen seen = readers.readSmall("query", Cancellation.NONE, ReadExecutorTest::all).join();

    assertThat(seen.bytes()).isEqualTo(2L * HALF + 1);
    assertThat(seen.thread().getName()).startsWith("parley-reader");
  }

  @Test
  void readLittle_onDisk_handedOverOnce() throws RocksDBException {
    store(HALF);
    close();
    open();

    Seen first = readers.readSmall("query", Cancellation.NONE, ReadExecutorTest::all).join();
    Seen second = readers.readSmall("query", Cancellation.NONE, ReadExecutorTest::all).join();

    assertThat(first.bytes()).isEqualTo(HALF);
    assertThat(first.thread().getName()).startsWith("parley-reader");
    assertThat(second).isEqualTo(new Seen(HALF, Thread.currentThread()));
  }

  @Test
  void readLittle_severalKeys_thoseOnDiskToo() throws RocksDBException {
    store(HALF, 1);
    close();
    open();
    store(2);

    var values =
        readers
            .readSmall(
                "query",
                Cancellation.NONE,
                snapshot -> snapshot.getAll(ColumnFamily.MESSAGES, List.of(key(0), key(1), key(9))))
            .join();

    assertThat(values.get(0)).hasSize(2);
    assertThat(values.get(1)).hasSize(1);
    assertThat(values.get(2)).isNull();
  }

  @Test
  void readLittle_refusal_fails() {
    CompletableFuture<Object> read =
        readers.readSmall(
            "query",
            Cancellation.NONE,
            snapshot -> {
              throw new IllegalStateException("refused");
            });

    assertThatThrownBy(read::join).hasRootCauseMessage("refused");
  }

  @Test
  void readLittle_closed_unavailable() {
    ReadExecutor closed = new ReadExecutor(database, 1, 1, StoreObserver.NONE);
    closed.close();

    assertThatThrownBy(
            () -> closed.readSmall("query", Cancellation.NONE, ReadExecutorTest::all).join())
        .cause()
        .isInstanceOfSatisfying(
            SessionException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
  }

  private void store(int... sizes) throws RocksDBException {
    Batch batch = new Batch(database);
    for (int i = 0; i < sizes.length; i++) {
      batch.put(ColumnFamily.MESSAGES, key(i), new byte[sizes[i]]);
    }
    batch.commitStaged();
    batch.commit(0, 1);
  }

  private static byte[] key(int number) {
    return new byte[] {PREFIX[0], (byte) number};
  }

  private static Seen all(DatabaseSnapshot snapshot) {
    long bytes = 0;
    try (Scan scan = snapshot.scan(ColumnFamily.MESSAGES, PREFIX)) {
      for (scan.seek(PREFIX); scan.isValid(); scan.next()) {
        bytes += scan.value().length;
      }
    }
    return new Seen(bytes, Thread.currentThread());
  }
}
