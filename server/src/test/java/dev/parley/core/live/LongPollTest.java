package dev.parley.core.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class LongPollTest {
  private final List<Integer> previous = new ArrayList<>();
  private final List<CompletableFuture<Integer>> reads = new ArrayList<>();
  private final LongPoll<Integer> poll =
      new LongPoll<>(
          last -> {
            previous.add(last);
            reads.add(new CompletableFuture<>());
            return reads.get(reads.size() - 1);
          },
          result -> result > 0,
          Runnable::run);

  @Test
  void completeResult_isTheAnswer() {
    poll.step();
    reads.get(0).complete(1);

    assertThat(poll.answer()).isCompletedWithValue(1);
  }

  @Test
  void incompleteResult_waitsForAChange_andTheNextReadContinues() {
    poll.step();
    reads.get(0).complete(-7);
    assertThat(poll.answer()).isNotDone();
    assertThat(reads).hasSize(1);

    poll.changed();
    assertThat(previous).containsExactly(null, -7);
    reads.get(1).complete(2);

    assertThat(poll.answer()).isCompletedWithValue(2);
  }

  @Test
  void changeDuringARead_startsAnotherRead() {
    poll.step();
    poll.changed();
    assertThat(reads).hasSize(1);

    reads.get(0).complete(0);

    assertThat(reads).hasSize(2);
  }

  @Test
  void end_answersTheLastResult() {
    poll.step();
    reads.get(0).complete(-1);

    poll.end();

    assertThat(poll.answer()).isCompletedWithValue(-1);
  }

  @Test
  void end_duringARead_answersItsResult() {
    poll.step();
    poll.end();
    assertThat(poll.answer()).isNotDone();

    reads.get(0).complete(-1);

    assertThat(poll.answer()).isCompletedWithValue(-1);
  }

  @Test
  void failedRead_failsTheAnswer() {
    poll.step();
    reads.get(0).completeExceptionally(new CompletionException(new IllegalStateException("x")));

    assertThatThrownBy(() -> poll.answer().join()).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void cancel_failsTheAnswer_andReadsNoMore() {
    poll.step();
    reads.get(0).complete(0);

    poll.cancel();
    poll.changed();

    assertThatThrownBy(() -> poll.answer().join()).isInstanceOf(CancellationException.class);
    assertThat(reads).hasSize(1);
  }
}
