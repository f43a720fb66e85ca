package dev.parley.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchingLoaderTest {
  private final List<Collection<String>> asked = Collections.synchronizedList(new ArrayList<>());

  @Test
  void find_oneThereIsAndOneThereIsNot() {
    try (BatchingLoader<String, Integer> lookups = lookups(keys -> Map.of("one", 1))) {
      assertThat(lookups.find("one").join()).contains(1);
      assertThat(lookups.find("two").join()).isEmpty();
    }
  }

  /** Lookups that arrive during a query share the next query, which contains each key once. */
  @Test
  void find_whileAQueryIsUnderWay_sharesTheNext() throws InterruptedException {
    CountDownLatch underWay = new CountDownLatch(1);
    Semaphore goOn = new Semaphore(0);
    try (BatchingLoader<String, Integer> lookups =
        lookups(
            keys -> {
              underWay.countDown();
              goOn.acquireUninterruptibly();
              return Map.of("a", 1);
            })) {
      CompletableFuture<Optional<Integer>> first = lookups.find("a");
      underWay.await();
      List<CompletableFuture<Optional<Integer>>> later =
          List.of(lookups.find("a"), lookups.find("b"), lookups.find("a"));
      goOn.release();
      assertThat(first.join()).contains(1);
      assertThat(later).noneMatch(CompletableFuture::isDone);
      goOn.release();
      later.forEach(CompletableFuture::join);

      assertThat(asked).hasSize(2);
      assertThat(asked.get(1)).containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void find_failedQuery_failsThoseOfItAlone() {
    try (BatchingLoader<String, Integer> lookups =
        lookups(
            keys -> {
              if (keys.contains("bad")) {
                throw new SessionException(ErrorReason.UNAVAILABLE, "away");
              }
              return Map.of();
            })) {
      assertThatThrownBy(() -> lookups.find("bad").join())
          .isInstanceOf(CompletionException.class)
          .hasRootCauseMessage("away");
      assertThat(lookups.find("good").join()).isEmpty();
    }
  }

  @Test
  void find_afterClose_unavailable() {
    BatchingLoader<String, Integer> lookups = lookups(keys -> Map.of());
    lookups.close();

    assertThatThrownBy(() -> lookups.find("a").join())
        .hasRootCauseInstanceOf(SessionException.class);
  }

  private BatchingLoader<String, Integer> lookups(BatchingLoader.Query<String, Integer> query) {
    return new BatchingLoader<>(
        "test-lookups",
        10,
        keys -> {
          asked.add(List.copyOf(keys));
          return query.find(keys);
        },
        StoreObserver.NONE);
  }
}
