package dev.parley.storage.rocksdb.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.commit.Write.Isolation;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.write.MessageWrites;
import dev.parley.storage.rocksdb.write.SessionRows;
import dev.parley.storage.rocksdb.write.SessionWrites;
import dev.parley.testing.Agents;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class BatchTest {
  private static final byte[] KEY = {1};
  private static final byte[] OTHER_KEY = {2};
  private static final byte[] VALUE = {3};

  @TempDir Path folder;
  private Database database;
  private Batch batch;

  @BeforeEach
  void open() throws RocksDBException {
    database = new Database(folder, RocksDbSettings.DEFAULTS.blockCacheBytes());
    batch = new Batch(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** The range of this prefix ends before it starts, which RocksDB detects when it writes. */
  private static byte[] refusedPrefix() {
    byte[] prefix = new byte[64];
    Arrays.fill(prefix, (byte) 0xFF);
    return prefix;
  }

  private BatchCommitter committer() {
    return new BatchCommitter(database, new ChangeNumbers(0, 0), 0, StoreObserver.NONE);
  }

  @Test
  void get_seesStagedThenKeptThenStored() throws RocksDBException {
    batch.put(ColumnFamily.SESSIONS, KEY, VALUE);
    assertThat(batch.get(ColumnFamily.SESSIONS, KEY)).isEqualTo(VALUE);
    batch.commitStaged();
    batch.commit(0, 1);

    Batch next = new Batch(database);
    assertThat(next.get(ColumnFamily.SESSIONS, KEY)).isEqualTo(VALUE);
    next.delete(ColumnFamily.SESSIONS, KEY);
    next.put(ColumnFamily.SESSIONS, OTHER_KEY, KEY);
    assertThat(next.getAll(ColumnFamily.SESSIONS, List.of(KEY, OTHER_KEY)))
        .containsExactly(null, KEY);
    assertThat(next.get(ColumnFamily.MESSAGES, OTHER_KEY)).isNull();
    assertThat(database.get(ColumnFamily.SESSIONS, KEY)).isEqualTo(VALUE);
  }

  @Test
  void getAll_mixesChangedAndStoredInOrder() throws RocksDBException {
    batch.put(ColumnFamily.SESSIONS, KEY, VALUE);
    batch.commitStaged();
    batch.commit(0, 1);
    Batch next = new Batch(database);
    next.put(ColumnFamily.SESSIONS, OTHER_KEY, OTHER_KEY);

    assertThat(next.getAll(ColumnFamily.SESSIONS, List.of(OTHER_KEY, KEY, new byte[] {9}, VALUE)))
        .containsExactly(OTHER_KEY, VALUE, null, null);
  }

  @Test
  void drop_forgetsWhatWasStagedOnly() {
    batch.put(ColumnFamily.SESSIONS, KEY, VALUE);
    batch.commitStaged();
    batch.put(ColumnFamily.SESSIONS, KEY, OTHER_KEY);
    batch.delete(ColumnFamily.SESSIONS, OTHER_KEY);
    batch.rollbackStaged();

    assertThat(batch.get(ColumnFamily.SESSIONS, KEY)).isEqualTo(VALUE);
  }

  @Test
  void run_failsAfterAPut_leavesNothing() throws RocksDBException {
    Write<Void> failing =
        new Write<>(
            0,
            Isolation.SAME_ID,
            b -> {
              b.put(ColumnFamily.SESSIONS, KEY, VALUE);
              b.putKeyOnly(ColumnFamily.INDEXES, KEY);
              b.deletePrefix(ColumnFamily.MESSAGES, KEY);
              b.onCommit(
                  () -> {
                    throw new AssertionError("It was dropped.");
                  });
              throw new IllegalStateException("half-way");
            });
    Write<String> good =
        new Write<>(
            0,
            Isolation.SAME_ID,
            b -> {
              b.put(ColumnFamily.SESSIONS, OTHER_KEY, VALUE);
              return "good";
            });

    committer().commit(List.of(failing, good));

    assertThatThrownBy(() -> failing.future().join()).hasRootCauseMessage("half-way");
    assertThat(good.future()).isCompletedWithValue("good");
    assertThat(database.get(ColumnFamily.SESSIONS, KEY)).isNull();
    assertThat(database.get(ColumnFamily.INDEXES, KEY)).isNull();
    assertThat(database.get(ColumnFamily.SESSIONS, OTHER_KEY)).isEqualTo(VALUE);
  }

  @Test
  void commit_databaseRefuses_allOfTheBatchUnavailableWithoutItsWords() {
    Write<String> good =
        new Write<>(
            0,
            Isolation.SAME_ID,
            b -> {
              b.put(ColumnFamily.SESSIONS, KEY, VALUE);
              return "good";
            });
    Write<String> refused =
        new Write<>(
            0,
            Isolation.SAME_ID,
            b -> {
              b.deletePrefix(ColumnFamily.MESSAGES, refusedPrefix());
              return "refused";
            });

    committer().commit(List.of(good, refused));

    for (Write<String> write : List.of(good, refused)) {
      assertThatThrownBy(() -> write.future().join())
          .hasRootCauseInstanceOf(SessionException.class)
          .hasRootCauseMessage("The store cannot be reached.");
    }
  }

  @Test
  void commit_lowerNumbersAreOpen_answersOnceTheyHaveEnded() {
    ChangeNumbers numbers = new ChangeNumbers(0, 0);
    ChangeNumbers.Block earlier = numbers.take(1);
    Write<String> write =
        new Write<>(
            0,
            Isolation.SAME_ID,
            b -> {
              b.log(Change.ofSession(Sessions.of(Agents.of("owner").agentId())));
              return "written";
            });

    BatchCommitter committer = new BatchCommitter(database, numbers, 0, StoreObserver.NONE);
    CompletableFuture<Void> committed =
        CompletableFuture.runAsync(() -> committer.commit(List.of(write)));
    Waiting.until(
        () -> database.get(ColumnFamily.META, Keys.changeNumber(0)) != null, () -> "a commit");
    assertThat(write.future()).isNotDone();
    assertThat(numbers.visible()).isEqualTo(ChangePosition.START);

    numbers.end(earlier);
    committed.join();

    assertThat(write.future()).isCompletedWithValue("written");
    assertThat(numbers.visible()).isEqualTo(new ChangePosition(2));
  }

  @Test
  void commit_databaseRefuses_laterWritesAreAnswered() {
    BatchCommitter committer = committer();
    Write<String> refused =
        new Write<>(
            0,
            Isolation.SAME_ID,
            b -> {
              b.deletePrefix(ColumnFamily.MESSAGES, refusedPrefix());
              b.log(Change.ofSession(Sessions.of(Agents.of("owner").agentId())));
              return "refused";
            });
    Write<String> later = new Write<>(0, Isolation.SAME_ID, b -> "later");

    committer.commit(List.of(refused));
    committer.commit(List.of(later));

    assertThat(refused.future()).isCompletedExceptionally();
    assertThat(later.future()).isCompletedWithValue("later");
  }

  @Test
  void commit_answersAfterTheWriteOnly() {
    List<String> order = new ArrayList<>();
    Write<Void> write =
        new Write<>(
            0,
            Isolation.SAME_ID,
            b -> {
              b.put(ColumnFamily.SESSIONS, KEY, VALUE);
              b.onCommit(() -> order.add("acted"));
              return null;
            });
    write
        .future()
        .thenRun(
            () -> {
              assertThat(database.get(ColumnFamily.SESSIONS, KEY)).isEqualTo(VALUE);
              order.add("answered");
            });

    committer().commit(List.of(write));

    assertThat(write.future()).isCompleted();
    assertThat(order).containsExactly("acted", "answered");
  }

  @Test
  void mark_thenUnmark_neverReachesTheDatabase() throws RocksDBException {
    batch.putKeyOnly(ColumnFamily.INDEXES, KEY);
    batch.commitStaged();
    batch.singleDelete(ColumnFamily.INDEXES, KEY);
    batch.commitStaged();

    try (WriteBatch assembled = batch.toWriteBatch(0, 1)) {
      assertThat(assembled.count()).isZero();
    }
  }

  @Test
  void unmark_thenMark_leavesTheStoredEntryAlone() throws RocksDBException {
    batch.putKeyOnly(ColumnFamily.INDEXES, KEY);
    batch.commitStaged();
    batch.commit(0, 1);
    Batch next = new Batch(database);
    next.singleDelete(ColumnFamily.INDEXES, KEY);
    next.putKeyOnly(ColumnFamily.INDEXES, KEY);
    next.commitStaged();

    try (WriteBatch assembled = next.toWriteBatch(0, 1)) {
      assertThat(assembled.count()).isZero();
    }
    next.singleDelete(ColumnFamily.INDEXES, KEY);
    next.commitStaged();
    next.commit(0, 1);
    assertThat(database.get(ColumnFamily.INDEXES, KEY)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"true, 3", "false, 2"})
  void append_manyInOneBatch_moveTheSessionOnce(boolean chosenIds, int keysPerMessage)
      throws RocksDBException {
    Agent agent = Agents.of("owner");
    AgentAndKeyCache directory = new AgentAndKeyCache();
    directory.put(agent);
    SessionRows rows = new SessionRows(directory);
    SessionWrites sessions = new SessionWrites(directory, rows);
    MessageWrites messages = new MessageWrites(directory, sessions, rows);
    Session session = sessions.create(batch, Sessions.of(agent.agentId()));
    batch.commitStaged();
    batch.commit(0, 1);

    Batch next = new Batch(database);
    for (int i = 1; i <= 10; i++) {
      Message.Draft draft = Sessions.draft("text");
      messages.append(
          next,
          new Append(
              Sessions.ref(session),
              null,
              OptionalLong.empty(),
              List.of(draft),
              chosenIds ? Set.of(draft.messageId()) : Set.of(),
              session.updateTime().plusSeconds(i)));
      next.commitStaged();
    }

    try (WriteBatch assembled = next.toWriteBatch(0, 1)) {
      // A row, a change and, if it was chosen, an id per message; the session row, its old and new
      // index entries, and the number of the last change.
      assertThat(assembled.count()).isEqualTo(10 * keysPerMessage + 1 + 2 + 1);
    }
  }

  @Test
  void isFull_afterEightMebibytesOrARange() {
    byte[] half = new byte[4 * 1024 * 1024];
    batch.put(ColumnFamily.MESSAGES, KEY, half);
    batch.commitStaged();
    assertThat(batch.isFull()).isFalse();
    batch.put(ColumnFamily.MESSAGES, OTHER_KEY, half);
    batch.commitStaged();
    assertThat(batch.isFull()).isTrue();

    Batch ranged = new Batch(database);
    ranged.deletePrefix(ColumnFamily.MESSAGES, KEY);
    ranged.commitStaged();
    assertThat(ranged.isFull()).isTrue();
  }
}
