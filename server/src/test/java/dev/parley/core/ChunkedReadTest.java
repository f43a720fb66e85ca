package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.read.Chunk;
import dev.parley.core.read.ChunkedRead;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChunkedReadTest {

  /** Answers prepared chunks, and counts how often it is closed. */
  private static final class Prepared implements ChunkedRead<String> {
    private final ArrayDeque<CompletableFuture<Chunk<String>>> chunks = new ArrayDeque<>();
    private int closed;

    Prepared then(boolean last, String... items) {
      chunks.add(CompletableFuture.completedFuture(new Chunk<>(List.of(items), last)));
      return this;
    }

    Prepared thenFail(RuntimeException failure) {
      chunks.add(CompletableFuture.failedFuture(failure));
      return this;
    }

    @Override
    public CompletableFuture<Chunk<String>> next() {
      return chunks.remove();
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Test
  void all_joinsTheChunksAndCloses() {
    Prepared read = new Prepared().then(false, "a", "b").then(false, "c").then(true, "d");

    assertThat(read.all().join()).containsExactly("a", "b", "c", "d");
    assertThat(read.closed).isEqualTo(1);
  }

  @Test
  void all_doesNotReadPastTheLastChunk() {
    Prepared read = new Prepared().then(true).then(true, "unread");

    assertThat(read.all().join()).isEmpty();
    assertThat(read.chunks).hasSize(1);
  }

  @Test
  void all_chunkThatFails_failsAndCloses() {
    IllegalStateException failure = new IllegalStateException("gone");
    Prepared read = new Prepared().then(false, "a").thenFail(failure);

    assertThatThrownBy(() -> read.all().join()).hasCause(failure);
    assertThat(read.closed).isEqualTo(1);
  }
}
