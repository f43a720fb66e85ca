package dev.parley.core.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.read.Chunk;
import dev.parley.model.Message;
import dev.parley.model.SessionRef;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchTest {
  private static final SessionRef.ById SESSION =
      new SessionRef.ById(new UUID(0, 1), new UUID(0, 2), null);

  private final Source source = new Source();
  private final AtomicInteger closes = new AtomicInteger();
  private final LongAdder reported = new LongAdder();
  private final Watch watch =
      new Watch(
          changed -> source,
          WatchCursor.ofMessage(null, 0),
          Duration.ofNanos(1),
          reported,
          closes::incrementAndGet);

  /** A source whose reads the test completes. */
  private static final class Source implements WatchSource {
    private final List<WatchCursor> reads = new ArrayList<>();
    private final List<WatchEvent> reported = new ArrayList<>();
    private CompletableFuture<WatchPage> read = new CompletableFuture<>();

    @Override
    public CompletableFuture<WatchPage> read(WatchCursor after) {
      reads.add(after);
      read = new CompletableFuture<>();
      return read;
    }

    void answer(long end, boolean more, WatchEvent... events) {
      read.complete(new WatchPage(List.of(events), WatchCursor.ofMessage(null, end), more, false));
    }

    @Override
    public void reported(WatchEvent event) {
      reported.add(event);
    }

    @Override
    public void idle() {}

    @Override
    public void close() {}
  }

  private static WatchEvent event(long sequence) {
    return new WatchEvent.Deleted(SESSION, WatchCursor.ofMessage(null, sequence));
  }

  /** An event of a message with this stored size. */
  private static WatchEvent message(long sequence, int bytes) {
    Message.Draft empty = Sessions.draft("m", "");
    int more = bytes - new Message(sequence, empty, Instant.EPOCH).bytes();
    Message.Draft draft = Sessions.draft("m", "x".repeat(more));
    return WatchEvent.Appended.of(SESSION, new Message(sequence, draft, Instant.EPOCH));
  }

  private static WatchEvent only(CompletableFuture<Chunk<WatchEvent>> next) {
    return next.join().items().get(0);
  }

  @Test
  void reads_onlyWhileTheCallerWaits() {
    assertThat(source.reads).isEmpty();
    watch.changed();
    assertThat(source.reads).isEmpty();

    CompletableFuture<Chunk<WatchEvent>> first = watch.next();
    assertThat(source.reads).containsExactly(WatchCursor.ofMessage(null, 0));
    source.answer(2, true, event(1), event(2));
    assertThat(only(first)).isEqualTo(event(1));
    assertThat(only(watch.next())).isEqualTo(event(2));
    assertThat(source.reads).hasSize(1);

    var unused = watch.next();
    assertThat(source.reads)
        .containsExactly(WatchCursor.ofMessage(null, 0), WatchCursor.ofMessage(null, 2));
  }

  @Test
  void messagesThatFitIntoAChunk_areReportedTogether() {
    int half = Watch.CHUNK_BYTES / 2;
    WatchEvent first = message(1, half);
    WatchEvent second = message(2, half);
    WatchEvent third = message(3, half);
    WatchEvent fourth = message(4, half + 1);
    WatchEvent large = message(5, 2 * Watch.CHUNK_BYTES);

    CompletableFuture<Chunk<WatchEvent>> chunk = watch.next();
    source.answer(5, true, first, second, third, fourth, large);

    assertThat(chunk.join().items()).containsExactly(first, second);
    assertThat(watch.next().join().items()).containsExactly(third);
    assertThat(watch.next().join().items()).containsExactly(fourth);
    assertThat(watch.next().join().items()).containsExactly(large);
    assertThat(source.reported).containsExactly(first, second, third, fourth, large);
    assertThat(reported.sum()).isEqualTo(5);
  }

  @Test
  void otherEvents_areReportedAlone() {
    WatchEvent message = message(1, 1000);
    WatchEvent later = message(3, 1000);
    CompletableFuture<Chunk<WatchEvent>> chunk = watch.next();
    source.answer(3, false, message, event(2), later);

    assertThat(chunk.join().items()).containsExactly(message);
    assertThat(only(watch.next())).isEqualTo(event(2));
    assertThat(only(watch.next())).isEqualTo(later);
    assertThat(only(watch.next())).isInstanceOf(WatchEvent.CaughtUp.class);
  }

  @Test
  void endOfTheList_isCaughtUpOnce() {
    CompletableFuture<Chunk<WatchEvent>> first = watch.next();
    source.answer(5, false);
    assertThat(only(first)).isEqualTo(new WatchEvent.CaughtUp(WatchCursor.ofMessage(null, 5)));

    CompletableFuture<Chunk<WatchEvent>> second = watch.next();
    assertThat(source.reads).hasSize(1);
    watch.changed();
    source.answer(6, false, event(6));
    assertThat(only(second)).isEqualTo(event(6));
    assertThat(watch.next()).isNotDone();
  }

  @Test
  void changeDuringARead_isReadAgain() {
    CompletableFuture<Chunk<WatchEvent>> next = watch.next();
    watch.changed();
    assertThat(source.reads).hasSize(1);
    source.answer(0, false);
    assertThat(only(next)).isInstanceOf(WatchEvent.CaughtUp.class);

    CompletableFuture<Chunk<WatchEvent>> second = watch.next();
    assertThat(source.reads).hasSize(2);
    source.answer(1, false, event(1));
    assertThat(only(second)).isEqualTo(event(1));
  }

  @Test
  void silence_isAHeartbeat_atTheCurrentPlace() {
    CompletableFuture<Chunk<WatchEvent>> first = watch.next();
    source.answer(3, false, event(3));
    assertThat(only(first)).isEqualTo(event(3));
    assertThat(only(watch.next())).isInstanceOf(WatchEvent.CaughtUp.class);

    CompletableFuture<Chunk<WatchEvent>> waiting = watch.next();
    assertThat(watch.beat()).isPositive();
    assertThat(only(waiting)).isEqualTo(new WatchEvent.Heartbeat(WatchCursor.ofMessage(null, 3)));
    assertThat(reported.sum()).isEqualTo(2);
  }

  @Test
  void callerWhoDoesNotRead_keepsNothing_andMissesNothing() {
    CompletableFuture<Chunk<WatchEvent>> first = watch.next();
    source.answer(3, false, event(1), event(2), event(3));
    assertThat(only(first)).isEqualTo(event(1));

    watch.beat();

    CompletableFuture<Chunk<WatchEvent>> second = watch.next();
    assertThat(source.reads).last().isEqualTo(WatchCursor.ofMessage(null, 1));
    source.answer(3, false, event(2), event(3));
    assertThat(only(second)).isEqualTo(event(2));
    assertThat(only(watch.next())).isEqualTo(event(3));
    assertThat(only(watch.next())).isInstanceOf(WatchEvent.CaughtUp.class);
  }

  @Test
  void failure_endsAWatchThatNobodyWaitsFor_andKeepsNothing() {
    CompletableFuture<Chunk<WatchEvent>> first = watch.next();
    source.answer(2, true, event(1), event(2));
    assertThat(only(first)).isEqualTo(event(1));
    watch.fail(new IllegalStateException("stopped"));
    assertThat(closes).hasValue(1);
    assertThatThrownBy(() -> watch.next().join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("stopped");
  }

  @Test
  void failure_isToldTheCallerWhoWaits() {
    CompletableFuture<Chunk<WatchEvent>> next = watch.next();
    watch.fail(new IllegalStateException("stopped"));
    assertThatThrownBy(next::join).hasRootCauseMessage("stopped");
  }

  @Test
  void manyPagesWithoutEvents_areReadOnOneStack() {
    AtomicInteger pages = new AtomicInteger();
    WatchSource empty =
        new WatchSource() {
          @Override
          public CompletableFuture<WatchPage> read(WatchCursor after) {
            int page = pages.incrementAndGet();
            return CompletableFuture.completedFuture(
                new WatchPage(List.of(), WatchCursor.ofMessage(null, page), page < 100_000, false));
          }

          @Override
          public void reported(WatchEvent event) {}

          @Override
          public void idle() {}

          @Override
          public void close() {}
        };
    Watch many =
        new Watch(
            changed -> empty,
            WatchCursor.ofMessage(null, 0),
            Duration.ofSeconds(1),
            reported,
            () -> {});
    assertThat(only(many.next()))
        .isEqualTo(new WatchEvent.CaughtUp(WatchCursor.ofMessage(null, 100_000)));
  }

  @Test
  void failedRead_isReported() {
    CompletableFuture<Chunk<WatchEvent>> next = watch.next();
    source.read.completeExceptionally(new IllegalStateException("gone"));
    assertThatThrownBy(next::join).hasRootCauseMessage("gone");
  }

  @Test
  void lastPage_endsTheWatch() {
    CompletableFuture<Chunk<WatchEvent>> next = watch.next();
    source.read.complete(
        new WatchPage(List.of(event(0)), WatchCursor.ofMessage(null, 0), false, true));
    assertThat(next.join()).isEqualTo(new Chunk<>(List.of(event(0)), true));
  }

  @Test
  void close_isReportedOnce() {
    watch.close();
    watch.close();
    assertThat(closes).hasValue(1);
    watch.changed();
    assertThat(source.reads).isEmpty();
  }
}
