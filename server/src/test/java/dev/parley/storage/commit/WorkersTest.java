package dev.parley.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.CancellationSource;
import dev.parley.storage.commit.Workers.OnClose;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
  private final CountDownLatch busy = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private Workers workers = new Workers("test", 1, 1, OnClose.FAIL_QUEUED, StoreObserver.NONE);

  @AfterEach
  void close() {
    release.countDown();
    workers.close();
  }

  private CompletableFuture<String> keepBusy() throws InterruptedException {
    CompletableFuture<String> running =
        workers.run(
            () -> {
              busy.countDown();
              release.await();
              return "ran";
            });
    busy.await();
    return running;
  }

  @Test
  void run_cancelledInTheQueue_failsAtOnceAndFreesItsPlace() throws Exception {
    CompletableFuture<String> running = keepBusy();
    CancellationSource cancellation = new CancellationSource();
    CompletableFuture<String> dropped = workers.run(cancellation, () -> "dropped");
    assertThat(reason(workers.run(() -> "more"))).isEqualTo(ErrorReason.OVERLOADED);

    cancellation.cancel();

    assertThatThrownBy(dropped::get).isInstanceOf(CancellationException.class);
    CompletableFuture<String> next = workers.run(() -> "next");
    release.countDown();
    assertThat(running.join()).isEqualTo("ran");
    assertThat(next.join()).isEqualTo("next");
  }

  @Test
  void run_alreadyCancelled_doesNotRun() {
    CancellationSource cancellation = new CancellationSource();
    cancellation.cancel();

    CompletableFuture<String> job =
        workers.run(
            cancellation,
            () -> {
              throw new AssertionError();
            });

    assertThatThrownBy(job::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void run_cancelledWhileItRuns_itsBodyDecides() throws Exception {
    CancellationSource cancellation = new CancellationSource();
    CompletableFuture<String> running =
        workers.run(
            cancellation,
            () -> {
              busy.countDown();
              release.await();
              return "ran";
            });
    busy.await();

    cancellation.cancel();
    release.countDown();

    assertThat(running.join()).isEqualTo("ran");
  }

  @Test
  void close_reads_failWhatWaitsAndFinishWhatRuns() throws Exception {
    CompletableFuture<String> running = keepBusy();
    CompletableFuture<String> waiting = workers.run(() -> "waited");
    Thread closing = new Thread(workers::close);
    closing.start();

    assertThat(reason(waiting)).isEqualTo(ErrorReason.UNAVAILABLE);
    assertThat(reason(workers.run(Cancellation.NONE, () -> ""))).isEqualTo(ErrorReason.UNAVAILABLE);
    release.countDown();
    closing.join();
    assertThat(running).isCompletedWithValue("ran");
  }

  @Test
  void close_writes_finishWhatWaits() throws Exception {
    workers.close();
    workers = new Workers("test", 1, 1, OnClose.RUN_QUEUED, StoreObserver.NONE);
    CompletableFuture<String> running = keepBusy();
    CompletableFuture<String> waiting = workers.run(() -> "waited");
    Thread closing = new Thread(workers::close);
    closing.start();
    release.countDown();
    closing.join();

    assertThat(running).isCompletedWithValue("ran");
    assertThat(waiting).isCompletedWithValue("waited");
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
