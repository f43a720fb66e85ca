package dev.parley.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.storage.Cancellation;
import dev.parley.storage.CancellationSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SharedReadsTest {
  private final SharedReads reads = new SharedReads();
  private final List<Started> started = new ArrayList<>();

  private record Started(
      CompletableFuture<String> answer, Cancellation cancellation, Runnable begin) {}

  @Test
  void read_thousandEqual_oneRead() {
    List<CompletableFuture<String>> futures =
        Stream.generate(() -> read("query")).limit(1_000).toList();

    assertThat(started).hasSize(1);
    assertThat(futures).noneMatch(CompletableFuture::isDone);
    answer(0, "page");

    assertThat(futures).allMatch(future -> future.join().equals("page"));
  }

  @Test
  void read_otherQuery_isItsOwn() {
    CompletableFuture<String> first = read("query");
    CompletableFuture<String> second = read("other query");
    answer(1, "other page");

    assertThat(second).isCompletedWithValue("other page");
    assertThat(first).isNotDone();
  }

  /** The first read may have begun before a write that the second caller knows of. */
  @Test
  void read_afterTheFirstHasBegun_startsAnother() {
    CompletableFuture<String> first = read("query");
    started.get(0).begin().run();
    CompletableFuture<String> second = read("query");
    CompletableFuture<String> third = read("query");

    assertThat(started).hasSize(2);
    answer(0, "old page");
    assertThat(first).isCompletedWithValue("old page");
    assertThat(second).isNotDone();
    answer(1, "new page");
    assertThat(second).isCompletedWithValue("new page");
    assertThat(third).isCompletedWithValue("new page");
  }

  @Test
  void read_afterTheEnd_startsAnother() {
    CompletableFuture<String> first = read("query");
    answer(0, "page");
    CompletableFuture<String> second = read("query");

    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    assertThat(started).hasSize(2);
  }

  @Test
  void failure_reachesAllCallers() {
    CompletableFuture<String> first = read("query");
    CompletableFuture<String> second = read("query");
    started.get(0).answer().completeExceptionally(new IllegalStateException("no"));

    assertThatThrownBy(first::join).hasRootCauseMessage("no");
    assertThatThrownBy(second::join).hasRootCauseMessage("no");
  }

  @Test
  void start_throws_callersFail_andTheNextStartsAnother() {
    CompletableFuture<String> failed =
        reads.read(
            "query",
            Cancellation.NONE,
            (all, begin) -> {
              throw new IllegalStateException("no thread");
            });

    assertThatThrownBy(failed::join).hasRootCauseMessage("no thread");
    CompletableFuture<String> next = read("query");
    answer(0, "page");
    assertThat(next).isCompletedWithValue("page");
  }

  @Test
  void cancel_oneOfTwo_theOtherGetsTheAnswer() {
    CancellationSource gone = new CancellationSource();
    CompletableFuture<String> first = read("query", gone);
    CompletableFuture<String> second = read("query");

    gone.cancel();

    assertThat(first).isCompletedExceptionally();
    assertThatThrownBy(first::join).isInstanceOf(CancellationException.class);
    assertThat(started.get(0).cancellation().isCancelled()).isFalse();
    answer(0, "page");
    assertThat(second).isCompletedWithValue("page");
  }

  @Test
  void cancel_all_endsTheRead_andTheNextStartsAnother() {
    CancellationSource one = new CancellationSource();
    CancellationSource other = new CancellationSource();
    read("query", one);
    read("query", other);

    one.cancel();
    other.cancel();

    assertThat(started.get(0).cancellation().isCancelled()).isTrue();
    CompletableFuture<String> next = read("query");
    assertThat(started).hasSize(2);
    answer(1, "page");
    assertThat(next).isCompletedWithValue("page");
  }

  @Test
  void cancel_afterTheAnswer_changesNothing() {
    CancellationSource late = new CancellationSource();
    CompletableFuture<String> first = read("query", late);
    answer(0, "page");
    late.cancel();

    assertThat(first).isCompletedWithValue("page");
    assertThat(started.get(0).cancellation().isCancelled()).isFalse();
  }

  @Test
  void read_cancelledBefore_startsNothing() {
    CancellationSource gone = new CancellationSource();
    gone.cancel();

    assertThat(read("query", gone)).isCompletedExceptionally();
    assertThat(started).isEmpty();
  }

  private CompletableFuture<String> read(String query) {
    return read(query, Cancellation.NONE);
  }

  private CompletableFuture<String> read(String query, Cancellation cancellation) {
    return reads.read(
        query,
        cancellation,
        (all, begin) -> {
          Started read = new Started(new CompletableFuture<>(), all, begin);
          started.add(read);
          return read.answer();
        });
  }

  private void answer(int read, String page) {
    started.get(read).begin().run();
    started.get(read).answer().complete(page);
  }
}
