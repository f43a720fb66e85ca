package dev.parley.api.call.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairLimitTest {
  private final FairLimit limit = new FairLimit(8);

  private int acquired(String caller) {
    int count = 0;
    while (limit.tryAcquire(caller, 1)) {
      count++;
    }
    return count;
  }

  @Test
  void oneCaller_alone_hasTheWholeLimitAndNotOneMore() {
    assertThat(acquired("a")).isEqualTo(8);
    assertThat(limit.total()).isEqualTo(8);
  }

  @Test
  void another_whenTheLimitIsReached_hasItsQuarterAndNotOneMore() {
    acquired("a");

    assertThat(acquired("b")).isEqualTo(2);
    assertThat(acquired("c")).isZero();
  }

  @Test
  void greedyCaller_onceOthersHaveTheirShare_fallsBackToWhatIsFree() {
    acquired("a");
    acquired("b");
    limit.release("a", 1);

    assertThat(limit.tryAcquire("a", 1)).isFalse();
    assertThat(limit.tryAcquire("c", 1)).isTrue();
  }

  @Test
  void amount_largerThanAQuarter_isTakenFromTheLimitOnly() {
    assertThat(limit.tryAcquire("a", 8)).isTrue();
    assertThat(limit.tryAcquire("b", 3)).isFalse();
    assertThat(limit.tryAcquire("b", 2)).isTrue();
  }

  @Test
  void release_ofAll_forgetsTheCaller() {
    limit.acquire("a", 20);
    limit.release("a", 20);

    assertThat(limit.total()).isZero();
    assertThat(acquired("a")).isEqualTo(8);
  }

  @Test
  void smallestLimit_everyCallerHasOne() {
    FairLimit one = new FairLimit(1);

    assertThat(one.tryAcquire("a", 1)).isTrue();
    assertThat(one.tryAcquire("a", 1)).isFalse();
    assertThat(one.tryAcquire("b", 1)).isTrue();
    assertThat(one.tryAcquire("c", 1)).isFalse();
  }
}
