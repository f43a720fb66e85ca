package dev.parley.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.CancellationSource;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotPoolTest {
  private final AtomicInteger held = new AtomicInteger();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();
  private final CountDownLatch busy = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final SnapshotPool<String> pool =
      new SnapshotPool<>(
          new SnapshotPool.Source<String>() {
            @Override
            public String open(Cancellation cancellation) {
              held.incrementAndGet();
              return "state";
            }

            @Override
            public void release(String resource) {
              held.decrementAndGet();
            }
          },
          1,
          2,
          1,
          new StoreObserver() {
            @Override
            public void gauge(String name, String unit, String description, LongSupplier value) {
              gauges.put(name, value);
            }
          });

  @AfterEach
  void close() {
    release.countDown();
    pool.close();
    assertThat(held).hasValue(0);
  }

  private SnapshotPool<String>.Handle open() {
    return pool.open(Cancellation.NONE).join();
  }

  private CompletableFuture<String> readBusily(SnapshotPool<String>.Handle handle)
      throws InterruptedException {
    CompletableFuture<String> running =
        handle.read(
            state -> {
              busy.countDown();
              release.await();
              return state;
            });
    busy.await();
    return running;
  }

  private long openCount() {
    return gauges.get("store.snapshots").getAsLong();
  }

  @Test
  void open_oneMoreThanAllowed_waitsForAnotherToClose() {
    var first = open();
    open();
    var third = pool.open(Cancellation.NONE);
    assertThat(third).isNotDone();
    assertThat(gauges.get("store.snapshots.waiting").getAsLong()).isEqualTo(1);
    assertThat(reason(pool.open(Cancellation.NONE))).isEqualTo(ErrorReason.OVERLOADED);

    first.close();

    assertThat(third.join().read(state -> state).join()).isEqualTo("state");
    assertThat(openCount()).isEqualTo(2);
  }

  @Test
  void open_cancelledWhileItWaits_dropped() {
    open();
    open();
    CancellationSource cancellation = new CancellationSource();
    var waiting = pool.open(cancellation);

    cancellation.cancel();

    assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
    assertThat(pool.open(Cancellation.NONE)).isNotDone();
  }

  @Test
  void close_whileAReadRuns_releasesWhenTheReadEnds() throws Exception {
    var handle = open();
    CompletableFuture<String> running = readBusily(handle);

    handle.close();
    handle.close();

    assertThat(held).hasValue(1);
    assertThat(running).isNotDone();
    release.countDown();
    assertThat(running.join()).isEqualTo("state");
    assertThat(held).hasValue(0);
    assertThat(openCount()).isZero();
  }

  @Test
  void close_whileAReadWaits_dropsTheRead() throws Exception {
    var first = open();
    var second = open();
    CompletableFuture<String> running = readBusily(first);
    CompletableFuture<String> waiting = second.read(state -> state);

    second.close();

    assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
    release.countDown();
    running.join();
  }

  @Test
  void read_beforeTheFormerIsDone_refused() throws Exception {
    var handle = open();
    CompletableFuture<String> running = readBusily(handle);

    assertThatThrownBy(() -> handle.read(state -> state).join())
        .hasCauseInstanceOf(IllegalStateException.class);

    release.countDown();
    running.join();
    assertThat(handle.read(state -> state).join()).isEqualTo("state");
  }

  @Test
  void read_fromTheCallbackOfTheFormer_runs() {
    var handle = open();

    assertThat(handle.read(state -> state).thenCompose(x -> handle.read(state -> state)).join())
        .isEqualTo("state");
  }

  @Test
  void cancel_closesTheSnapshot() {
    CancellationSource cancellation = new CancellationSource();
    var handle = pool.open(cancellation).join();

    cancellation.cancel();

    assertThatThrownBy(() -> handle.read(state -> state).get())
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void closePool_failsWhatWaitsAndReleasesAll() {
    var open = open();
    open();
    var waiting = pool.open(Cancellation.NONE);

    pool.close();

    assertThat(reason(waiting)).isEqualTo(ErrorReason.UNAVAILABLE);
    assertThat(reason(open.read(state -> state))).isEqualTo(ErrorReason.UNAVAILABLE);
    assertThat(reason(pool.open(Cancellation.NONE))).isEqualTo(ErrorReason.UNAVAILABLE);
    assertThat(held).hasValue(0);
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
