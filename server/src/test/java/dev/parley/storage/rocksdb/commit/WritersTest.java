package dev.parley.storage.rocksdb.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

@Timeout(60)
class WritersTest {
  /** Ids of different threads, if there are two. */
  private static final UUID ONE = new UUID(0, 0);

  private static final UUID OTHER = new UUID(0, 1);

  @TempDir Path folder;
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private Database database;
  private Writers writers;

  @BeforeEach
  void open() throws RocksDBException {
    database = new Database(folder, RocksDbSettings.DEFAULTS.blockCacheBytes());
    writers = new Writers(2, 100, 1_000, database, new ChangeNumbers(0, 0), StoreObserver.NONE);
  }

  @AfterEach
  void close() {
    release.countDown();
    writers.close();
    database.close();
  }

  @Test
  void write_otherId_runsMeanwhile() throws InterruptedException {
    CompletableFuture<String> first = blocked(ONE);

    writers.write(OTHER, 0, batch -> ran.add("other")).join();

    assertThat(first).isNotDone();
    assertThat(ran).containsExactly("other");
  }

  @Test
  void write_sameId_runsInOrder() throws InterruptedException {
    CompletableFuture<String> first = blocked(ONE);
    List<CompletableFuture<Boolean>> next =
        IntStream.range(0, 10)
            .mapToObj(i -> writers.write(ONE, 0, batch -> ran.add("write " + i)))
            .toList();
    assertThat(ran).isEmpty();

    release.countDown();
    first.join();
    next.forEach(CompletableFuture::join);

    assertThat(ran)
        .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> "write " + i).toList());
  }

  @Test
  void writeAlone_waitsForOtherThreads() throws InterruptedException {
    CompletableFuture<String> first = blocked(OTHER);

    CompletableFuture<byte[]> alone =
        writers.writeAlone(ONE, batch -> database.get(ColumnFamily.META, key(OTHER)));
    release.countDown();

    assertThat(alone.join()).isEqualTo(key(OTHER));
    assertThat(first).isCompleted();
  }

  @Test
  void writeAlone_otherThreadsWaitForIt() throws InterruptedException {
    CompletableFuture<Boolean> alone =
        writers.writeAlone(
            ONE,
            batch -> {
              begun.countDown();
              await();
              return ran.add("alone");
            });
    begun.await();
    CompletableFuture<Boolean> other = writers.write(OTHER, 0, batch -> ran.add("other"));

    release.countDown();
    alone.join();
    other.join();

    assertThat(ran).containsExactly("alone", "other");
  }

  /** A batch sees its own changes, but the database does not yet. */
  @Test
  void writeCommitted_afterAWriteOfTheSameBatch_findsItInTheDatabase() throws InterruptedException {
    CompletableFuture<String> first = blocked(ONE);
    CompletableFuture<Boolean> second = writers.write(ONE, 0, batch -> put(batch, OTHER));
    CompletableFuture<byte[]> third =
        writers.writeCommitted(ONE, batch -> database.get(ColumnFamily.META, key(OTHER)));

    release.countDown();

    assertThat(third.join()).isEqualTo(key(OTHER));
    assertThat(second).isCompleted();
    assertThat(first).isCompleted();
  }

  @Test
  void write_moreThanMayWait_overloaded() throws InterruptedException {
    CompletableFuture<String> first = blocked(ONE);
    List<CompletableFuture<Boolean>> fit =
        IntStream.range(0, 100)
            .mapToObj(i -> writers.write(ONE, 0, batch -> ran.add("fits")))
            .toList();

    assertThat(reason(writers.write(ONE, 0, batch -> ran.add("over"))))
        .isEqualTo(ErrorReason.OVERLOADED);
    // Each thread has a queue of its own.
    assertThat(writers.write(OTHER, 0, batch -> ran.add("other")).join()).isTrue();
    release.countDown();
    first.join();
    fit.forEach(CompletableFuture::join);
    assertThat(ran).hasSize(101);
  }

  @Test
  void write_moreBytesThanMayWait_overloaded() throws InterruptedException {
    CompletableFuture<String> first = blocked(ONE);
    CompletableFuture<Boolean> fits = writers.write(ONE, 1_000, batch -> ran.add("fits"));

    assertThat(reason(writers.write(ONE, 1, batch -> ran.add("over"))))
        .isEqualTo(ErrorReason.OVERLOADED);
    assertThat(writers.write(OTHER, 1_000, batch -> ran.add("other")).join()).isTrue();
    release.countDown();
    first.join();
    assertThat(fits.join()).isTrue();
  }

  @Test
  void close_commitsWhatWaits() throws InterruptedException {
    CompletableFuture<String> first = blocked(ONE);
    CompletableFuture<Boolean> second = writers.write(ONE, 0, batch -> put(batch, OTHER));
    release.countDown();

    writers.close();

    assertThat(first).isCompletedWithValue("first");
    assertThat(second).isCompletedWithValue(true);
    assertThat(database.get(ColumnFamily.META, key(OTHER))).isEqualTo(key(OTHER));
  }

  private static ErrorReason reason(CompletableFuture<?> refused) {
    try {
      refused.join();
      throw new AssertionError("It was accepted.");
    } catch (CompletionException e) {
      return ((SessionException) e.getCause()).reason();
    }
  }

  /** A write that adds an entry and waits. Returns once it runs. */
  private CompletableFuture<String> blocked(UUID id) throws InterruptedException {
    CompletableFuture<String> write =
        writers.write(
            id,
            0,
            batch -> {
              put(batch, id);
              begun.countDown();
              await();
              return "first";
            });
    begun.await();
    return write;
  }

  private void await() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean put(Batch batch, UUID id) {
    batch.put(ColumnFamily.META, key(id), key(id));
    return true;
  }

  private static byte[] key(UUID id) {
    return id.toString().getBytes(UTF_8);
  }
}
