package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CancellationSourceTest {
  private final CancellationSource source = new CancellationSource();
  private final List<String> ran = new ArrayList<>();

  @Test
  void cancel_runsEachActionOnceInOrderOnTheCancellingThread() {
    Thread[] thread = {null};
    source.whenCancelled(
        () -> {
          ran.add("a");
          thread[0] = Thread.currentThread();
        });
    source.whenCancelled(() -> ran.add("b"));
    assertThat(source.isCancelled()).isFalse();
    assertThat(ran).isEmpty();

    source.cancel();
    source.cancel();

    assertThat(source.isCancelled()).isTrue();
    assertThat(ran).containsExactly("a", "b");
    assertThat(thread[0]).isSameAs(Thread.currentThread());
  }

  @Test
  void whenCancelled_alreadyCancelled_runsAtOnce() {
    source.cancel();

    source.whenCancelled(() -> ran.add("a"));

    assertThat(ran).containsExactly("a");
  }

  @Test
  void cancel_anActionFails_theOthersRun() {
    source.whenCancelled(
        () -> {
          throw new IllegalStateException("first");
        });
    source.whenCancelled(() -> ran.add("b"));
    source.whenCancelled(
        () -> {
          throw new IllegalStateException("second");
        });

    assertThatThrownBy(source::cancel)
        .hasMessage("first")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(ran).containsExactly("b");
  }

  @Test
  void throwIfCancelled_onlyOnceCancelled() {
    assertThatCode(source::throwIfCancelled).doesNotThrowAnyException();
    source.cancel();
    assertThatThrownBy(source::throwIfCancelled).isInstanceOf(CancellationException.class);
  }

  @Test
  void cancel_byManyThreads_runsEachActionOnce() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                source.whenCancelled(runs::incrementAndGet);
                source.cancel();
              });
      thread.start();
      threads.add(thread);
    }

    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(runs).hasValue(8);
  }

  @Test
  void none_isNeverCancelled() {
    Cancellation.NONE.whenCancelled(() -> ran.add("a"));

    assertThat(Cancellation.NONE.isCancelled()).isFalse();
    assertThat(ran).isEmpty();
  }
}
