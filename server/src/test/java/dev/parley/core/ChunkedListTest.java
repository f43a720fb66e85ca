package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.auth.Caller;
import dev.parley.core.read.ChunkedRead;
import dev.parley.core.read.ListRead;
import dev.parley.core.read.TranscriptQuery;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.CancellationSource;
import dev.parley.storage.query.ListOrder;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Complete lists of sessions and keys, read in chunks. */
class ChunkedListTest extends ChunkedReadCases {
  @Test
  void listAll_rowsAroundTheFirstPage_complete() {
    for (int count : new int[] {0, 1, ListRead.PAGE_ROWS - 1}) {
      makeSessions(count - listed(false).size(), 1);
      assertThat(chunks(sessions.listAll(root, agentId), () -> {})).containsExactly(listed(false));
    }
    for (int i = 0; i < 2; i++) {
      makeSessions(1, 1);
      assertThat(joined(chunks(sessions.listAll(root, agentId), () -> {})))
          .isEqualTo(listed(false));
    }
    assertNoSnapshots();
  }

  @Test
  void listAll_moreThanAChunkWhileWritesGoOn_ofOneMoment() {
    List<Session> made = makeSessions(1_000, 1_000);
    List<Session> before = listed(false);
    int[] next = {0};

    List<List<Session>> chunks =
        chunks(
            sessions.listAll(root, agentId),
            () -> {
              makeSessions(1, 1);
              Session moved = made.get(next[0]++);
              append(moved, List.of(Sessions.draft("moves")));
              delete(made.get(999 - next[0]));
            });

    assertThat(chunks).hasSizeGreaterThan(3);
    assertSizes(chunks, Session::bytes);
    assertThat(joined(chunks)).isEqualTo(before);
    assertNoSnapshots();
  }

  @Test
  void listAll_ofArchives_complete() {
    for (Session session : makeSessions(40, 20_000)) {
      archives.archive(root, Sessions.ref(session)).join();
    }

    List<List<Session>> chunks = chunks(archives.listAll(root, agentId), () -> {});

    assertThat(chunks).hasSizeGreaterThan(1);
    assertSizes(chunks, Session::bytes);
    assertThat(joined(chunks)).isEqualTo(listed(true));
  }

  @Test
  void listAll_itemsLargerThanAChunk_oneEach() {
    makeSessions(3, 300_000);

    List<List<Session>> chunks = chunks(sessions.listAll(root, agentId), () -> {});

    assertThat(chunks).allMatch(chunk -> chunk.size() == 1);
    assertThat(joined(chunks)).isEqualTo(listed(false));
  }

  @Test
  void keys_moreThanAChunk_eachOnceByCodePoint() {
    List<CompletableFuture<Session>> made = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      made.add(store.createSession(Sessions.of(agentId, i + "k".repeat(200), NOW.plusSeconds(i))));
    }
    List<String> expected =
        made.stream().map(session -> session.join().key()).sorted(ListOrder.BY_CODE_POINT).toList();

    List<List<String>> chunks = chunks(sessions.keys(root), () -> makeSessions(1, 1));

    assertThat(chunks).hasSizeGreaterThan(1);
    assertThat(joined(chunks)).isEqualTo(expected);
    assertThat(sessions.keys(root).all().join()).hasSizeGreaterThan(2_000);
    assertNoSnapshots();
  }

  @Test
  void close_inTheMiddle_releasesTheSnapshot() {
    makeSessions(600, 1_000);
    ChunkedRead<Session> read = sessions.listAll(root, agentId);
    assertThat(read.next().join().last()).isFalse();
    assertThat(store.openSnapshots()).isEqualTo(1);

    read.close();
    read.close();

    assertNoSnapshots();
    assertThatThrownBy(() -> read.next().join()).isInstanceOf(CancellationException.class);
  }

  @Test
  void cancel_inTheMiddle_releasesTheSnapshot() {
    makeSessions(600, 1_000);
    CancellationSource cancellation = new CancellationSource();
    Caller caller = new Caller(root.principal(), root.actor(), cancellation);
    ChunkedRead<Session> read = sessions.listAll(caller, agentId);
    assertThat(read.next().join().last()).isFalse();

    cancellation.cancel();

    assertNoSnapshots();
    assertThatThrownBy(() -> read.next().join()).isInstanceOf(CancellationException.class);
  }

  @Test
  void store_closedInTheMiddle_unavailable() {
    makeSessions(600, 1_000);
    ChunkedRead<Session> read = sessions.listAll(root, agentId);
    assertThat(read.next().join().last()).isFalse();

    store.close();

    assertThatThrownBy(() -> read.next().join())
        .cause()
        .isInstanceOfSatisfying(
            SessionException.class, e -> assertThat(e.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
    read.close();
  }

  @Test
  void unknownSession_withTheFirstChunk() {
    SessionRef.ById ref = new SessionRef.ById(agentId, UUID.randomUUID(), null);
    for (ChunkedRead<?> read :
        List.of(
            messages.history(root, ref, SPOKEN, 1, ALL_BYTES),
            transcripts.read(
                root, new TranscriptQuery(ref, 1, run -> true, true, run -> 0, ALL_BYTES)),
            transcripts.runs(root, ref, 0, 1, ALL_BYTES))) {
      assertThatThrownBy(() -> read.next().join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              SessionException.class,
              e -> assertThat(e.reason()).isEqualTo(ErrorReason.SESSION_NOT_FOUND));
    }
  }

  private void delete(Session session) {
    store.deleteSession(Sessions.ref(session), s -> {}, ACT).join();
  }
}
