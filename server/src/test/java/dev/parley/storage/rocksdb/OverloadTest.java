package dev.parley.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.ReadExecutor;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits on waiting reads and writes, and the batches that waiting writes share. */
@Timeout(60)
class OverloadTest {
  private static final RocksDbSettings NARROW = new RocksDbSettings(1 << 20, 1, 1, 2, 3, 1_000);

  @TempDir Path folder;
  private final CountDownLatch busy = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private Store store;
  private Session session;

  @BeforeEach
  void open() {
    store = RocksDbStores.open(folder, NARROW);
    session =
        store
            .createSession(
                Sessions.of(
                    store.createAgent(Agents.of("owner"), AuditContexts.any()).join().agentId()))
            .join();
  }

  @AfterEach
  void close() {
    release.countDown();
    store.close();
  }

  @Test
  void write_oneMoreThanMayWait_overloaded() throws Exception {
    keepWriterBusy();
    List<CompletableFuture<?>> waiting = List.of(append("1"), append("2"), append("3"));

    CompletableFuture<?> refused = append("4");

    assertThat(reason(refused)).isEqualTo(ErrorReason.OVERLOADED);
    release.countDown();
    waiting.forEach(CompletableFuture::join);
    assertThat(found().headSequence()).isEqualTo(3);
  }

  @Test
  void write_moreBytesThanMayWait_overloaded() throws Exception {
    keepWriterBusy();
    CompletableFuture<?> waiting = append("1", "x".repeat(500));

    CompletableFuture<?> refused = append("2", "x".repeat(500));
    CompletableFuture<?> fits = append("3", "x".repeat(400));

    assertThat(reason(refused)).isEqualTo(ErrorReason.OVERLOADED);
    release.countDown();
    waiting.join();
    fits.join();
    assertThat(found().headSequence()).isEqualTo(2);
  }

  @Test
  void write_goodAndBadInOneBatch_eachGetsItsOwn() throws Exception {
    keepWriterBusy();
    CompletableFuture<?> good = append("m");
    CompletableFuture<?> bad =
        store.updateSession(
            Sessions.ref(session),
            s -> {
              throw new IllegalStateException("bad");
            });
    CompletableFuture<?> refused = append("m", "other content");
    release.countDown();

    good.join();
    assertThatThrownBy(bad::join).hasRootCauseMessage("bad");
    assertThat(reason(refused)).isEqualTo(ErrorReason.MESSAGE_ID_REUSED);
    assertThat(found().headSequence()).isEqualTo(1);
    assertThat(found().revision()).isEqualTo(session.revision());
  }

  @Test
  void read_oneMoreThanMayWait_overloaded() throws Exception {
    try (Database database =
            new Database(Files.createDirectory(folder.resolve("other")), NARROW.blockCacheBytes());
        ReadExecutor readers = new ReadExecutor(database, 1, 1, StoreObserver.NONE)) {
      CompletableFuture<Void> running = readers.read(Cancellation.NONE, snapshot -> await());
      busy.await();
      CompletableFuture<String> waiting = readers.read(Cancellation.NONE, snapshot -> "waited");

      assertThat(reason(readers.read(Cancellation.NONE, snapshot -> "")))
          .isEqualTo(ErrorReason.OVERLOADED);
      release.countDown();
      running.join();
      assertThat(waiting.join()).isEqualTo("waited");
    }
  }

  @Test
  void readShared_thousandEqual_readOnce() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    try (Database database =
            new Database(Files.createDirectory(folder.resolve("other")), NARROW.blockCacheBytes());
        ReadExecutor readers = new ReadExecutor(database, 1, 1, StoreObserver.NONE)) {
      CompletableFuture<Void> running = readers.read(Cancellation.NONE, snapshot -> await());
      busy.await();
      List<CompletableFuture<Integer>> equal =
          Stream.generate(
                  () ->
                      readers.readShared(
                          "query", Cancellation.NONE, snapshot -> reads.incrementAndGet()))
              .limit(1_000)
              .toList();
      release.countDown();

      running.join();
      assertThat(equal).allMatch(read -> read.join() == 1);
    }
  }

  private void keepWriterBusy() throws InterruptedException {
    store.updateSession(
        Sessions.ref(session),
        s -> {
          await();
          return s.withProfile(s.profile());
        });
    busy.await();
  }

  private Void await() {
    busy.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return null;
  }

  private Session found() {
    return store.findSession(Sessions.ref(session), Cancellation.NONE).join().orElseThrow();
  }

  private CompletableFuture<?> append(String messageId) {
    return append(messageId, "text");
  }

  private CompletableFuture<?> append(String messageId, String text) {
    return store.append(
        new Append(
            Sessions.ref(session),
            null,
            OptionalLong.empty(),
            List.of(Sessions.draft(messageId, text)),
            session.createTime()));
  }

  private static ErrorReason reason(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      return ((SessionException) e.getCause()).reason();
    }
    throw new AssertionError("It was not refused.");
  }
}
