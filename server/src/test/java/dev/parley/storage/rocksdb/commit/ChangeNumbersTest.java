package dev.parley.storage.rocksdb.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.rocksdb.commit.ChangeNumbers.Block;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChangeNumbersTest {
  private final ChangeNumbers numbers = new ChangeNumbers(10, 0);

  @Test
  void take_numbersFollowEachOther() {
    assertThat(numbers.take(3).first()).isEqualTo(11);
    assertThat(numbers.take(1).first()).isEqualTo(14);
    assertThat(visible(numbers)).isEqualTo(10);
  }

  @Test
  void take_firstNumberIsAfterTheStoredAndTheGivenNumber() {
    assertThat(new ChangeNumbers(10, 7).take(1).first()).isEqualTo(11);

    ChangeNumbers later = new ChangeNumbers(10, 70);
    assertThat(visible(later)).isEqualTo(10);
    assertThat(later.take(1).first()).isEqualTo(71);
  }

  @Test
  void end_noLowerNumbers_visibleAtOnce() {
    numbers.end(numbers.take(3));

    assertThat(visible(numbers)).isEqualTo(13);
  }

  @Test
  void end_lowerNumbersAreOpen_waitsForThem() {
    Block first = numbers.take(2);
    Block second = numbers.take(2);
    Block third = numbers.take(2);
    CompletableFuture<Long> seenBySecond = endElsewhere(second);
    CompletableFuture<Long> seenByThird = endElsewhere(third);
    assertThat(visible(numbers)).isEqualTo(10);

    numbers.end(first);

    assertThat(seenBySecond.join()).isGreaterThanOrEqualTo(14);
    assertThat(seenByThird.join()).isEqualTo(16);
  }

  @Test
  void end_withoutNumbers_waitsForLowerNumbers() {
    Block first = numbers.take(2);
    CompletableFuture<Long> seen = endElsewhere(numbers.take(0));
    assertThat(visible(numbers)).isEqualTo(10);

    numbers.end(first);

    assertThat(seen.join()).isEqualTo(12);
  }

  @Test
  void end_withoutNumbers_firstOfAll_keepsThePosition() {
    ChangeNumbers later = new ChangeNumbers(10, 70);
    later.end(later.take(0));

    assertThat(visible(later)).isEqualTo(10);
  }

  /** Ends a block on another thread. Returns the last visible number after that. */
  private CompletableFuture<Long> endElsewhere(Block block) {
    return CompletableFuture.supplyAsync(
        () -> {
          numbers.end(block);
          return visible(numbers);
        },
        task -> new Thread(task).start());
  }

  private static long visible(ChangeNumbers numbers) {
    ChangePosition position = numbers.visible();
    return position.number();
  }
}
