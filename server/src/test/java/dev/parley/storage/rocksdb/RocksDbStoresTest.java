package dev.parley.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.migration.Layout;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

@Timeout(60)
class RocksDbStoresTest {
  private static final String PID = Long.toString(ProcessHandle.current().pid());

  @TempDir Path temp;

  /** Data that is not in memory is read from disk. */
  @Test
  void open_whatWasClosed_findsItsSessions() {
    Session made;
    try (Store store = open(temp)) {
      Agent agent = store.createAgent(Agents.of("o"), AuditContexts.any()).join();
      made = store.createSession(Sessions.of(agent.agentId(), "k")).join();
    }
    try (Store store = open(temp)) {
      SessionRef.ById unknown = new SessionRef.ById(made.agentId(), UUID.randomUUID(), null);
      assertThat(store.findSession(Sessions.ref(made), Cancellation.NONE).join()).contains(made);
      assertThat(store.findSession(Sessions.ref(made), Cancellation.NONE).join()).contains(made);
      assertThat(store.findSession(unknown, Cancellation.NONE).join()).isEmpty();
    }
  }

  @Test
  void open_newFolder_isTheOwnersOnly() throws IOException {
    Path folder = temp.resolve("a/b");

    open(folder).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void open_inUseByThisProcess_refusedNamingIt() {
    try (Store store = open(temp)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> open(temp))
            .isInstanceOf(StoreUnavailableException.class)
            .hasMessageMatching(
                "data folder \\Q" + temp + "\\E is in use by process " + PID + ", started 2.*Z");
      }
      assertThat(store.findAgent(Agents.of("o").agentId())).isCompleted();
    }
    open(temp).close();
  }

  @Test
  void open_inUseByAnotherProcess_refusedUntilItDies() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FolderHolder.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      int said = holder.getInputStream().read();
      while (said != FolderHolder.OPEN && said != -1) {
        said = holder.getInputStream().read();
      }
      assertThat(said).isEqualTo(FolderHolder.OPEN);

      assertThatThrownBy(() -> open(temp))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("is in use by process " + holder.pid() + ", started ");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    open(temp).close();
  }

  @Test
  void open_fileInItsPlace_refused() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    assertThatThrownBy(() -> open(file))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage("data folder " + file + " is a file, not a folder");
    assertThatThrownBy(() -> open(file.resolve("below")))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageStartingWith("data folder " + file.resolve("below") + " cannot be used: ");
  }

  @Test
  void open_otherFilesInTheDataFolder_areLeftAlone() throws IOException {
    Path other = Files.writeString(temp.resolve("000007.log"), "mine");

    open(temp).close();
    open(temp).close();

    assertThat(other).hasContent("mine");
  }

  @Test
  void open_blobFileWithoutCurrent_isDamageAndNotAForeignFile() throws IOException {
    Files.createDirectory(temp.resolve("rocksdb"));
    Files.writeString(temp.resolve("rocksdb/000009.blob"), "values");

    assertThatThrownBy(() -> open(temp))
        .isInstanceOf(DamagedStoreException.class)
        .hasMessageContaining("rocksdb/CURRENT is missing");
  }

  @Test
  void open_otherFilesInTheDatabaseFolder_refused() throws IOException {
    Files.createDirectory(temp.resolve("rocksdb"));
    Files.writeString(temp.resolve("rocksdb/notes.txt"), "mine");

    assertThatThrownBy(() -> open(temp))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageEndingWith("rocksdb contains files that are not RocksDB files");
  }

  @Test
  void open_somebodyElsesDatabase_refused() throws Exception {
    RocksDB.loadLibrary();
    Path folder = Files.createDirectory(temp.resolve("rocksdb"));
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, folder.toString())) {
      db.put(new byte[] {1}, new byte[] {2});
    }

    assertThatThrownBy(() -> open(temp))
        .hasMessageEndingWith("the database does not belong to Parley");
  }

  @Test
  void open_newerLayoutWithMoreFamilies_refusedNamingBothNumbers() throws Exception {
    open(temp).close();
    Path folder = temp.resolve("rocksdb");
    try (Database database = new Database(folder, RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Layout.write(database, 14);
    }
    addFamily(folder);

    assertThatThrownBy(() -> open(temp))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage(
            "the store in "
                + temp
                + " cannot be opened: its layout is 14, and this version reads layouts up to 13");
  }

  @Test
  void open_failed_leavesNoLock() throws Exception {
    open(temp).close();
    try (Database database =
        new Database(temp.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Layout.write(database, 14);
    }
    assertThatThrownBy(() -> open(temp)).hasMessageContaining("its layout is 14");

    Layout asNewAsThat = new Layout(14, List.of());
    RocksDbStores.open(temp, RocksDbSettings.DEFAULTS, asNewAsThat, StoreObserver.NONE).close();
  }

  @Test
  void open_damagedDatabase_refusedInOneLine() throws IOException {
    open(temp).close();
    Files.writeString(temp.resolve("rocksdb/CURRENT"), "nonsense");

    assertThatThrownBy(() -> open(temp))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageStartingWith("the store in " + temp + " is damaged: rocksdb/CURRENT ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void open_afterACrash_findsWhatWasAcknowledged() throws IOException {
    Path crashed = temp.resolve("crashed");
    Session session;
    try (Store store = open(temp.resolve("running"))) {
      session = filled(store, 20);
      copy(temp.resolve("running"), crashed);
    }

    try (Store store = open(crashed)) {
      assertThat(messages(store, session)).isEqualTo(20);
    }
  }

  @Test
  void open_powerFailureDuringCommit_findsAcknowledgedMessages() throws IOException {
    Path crashed = temp.resolve("crashed");
    Session session;
    try (Store store = open(temp.resolve("running"))) {
      session = filled(store, 20);
      copy(temp.resolve("running"), crashed);
    }
    try (RandomAccessFile log = new RandomAccessFile(newestLog(crashed).toFile(), "rw")) {
      log.setLength(log.length() - 5);
    }
    // Without the marker, the record looks like one that was never acknowledged.
    Files.delete(crashed.resolve("last-commit"));

    try (Store store = open(crashed)) {
      assertThat(messages(store, session)).isEqualTo(19);
      append(store, session);
      assertThat(messages(store, session)).isEqualTo(20);
    }
  }

  @Test
  void open_often_keepsFewInfoLogs() throws IOException {
    for (int i = 0; i < 6; i++) {
      open(temp).close();
    }

    try (Stream<Path> files = Files.list(temp.resolve("rocksdb"))) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("LOG")))
          .hasSizeLessThanOrEqualTo(3);
    }
  }

  /** The clock of the machine is later than when the backup was made. */
  @Test
  void open_olderCopy_continuesAfterThePositionsOfTheOriginal() throws IOException {
    Path older = temp.resolve("older");
    Session session;
    ChangePosition position;
    try (Store store = open(temp.resolve("running"))) {
      session = filled(store, 1);
      copy(temp.resolve("running"), older);
      append(store, session);
      position = store.lastChange().join();
    }

    try (Store store = open(older)) {
      assertThat(store.lastChange().join()).isLessThan(position);
      append(store, session);
      assertThat(changes(store, session, position)).hasSize(1);
    }
  }

  /** Any of the threads may have written the last change, also one of more threads than now. */
  @Test
  void open_changeOfAnotherThreadIsLast_numbersContinueAfterIt() throws Exception {
    long last = Long.MAX_VALUE / 2;
    open(temp).close();
    try (Database database =
        new Database(temp.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Batch batch = new Batch(database);
      batch.put(ColumnFamily.META, Keys.changeNumber(Keys.WRITERS_MAX - 1), Keys.ofSequence(last));
      batch.commitStaged();
      batch.commit(0, 1);
    }

    try (Store store = open(temp)) {
      assertThat(store.lastChange().join()).isEqualTo(new ChangePosition(last));
      Session session = filled(store, 1);
      assertThat(changes(store, session, new ChangePosition(last)))
          .extracting(change -> change.position().number())
          .containsExactly(last + 1, last + 2);
    }
  }

  @Test
  void open_layoutWithoutChangeLog_startsWithAnEmptyOne() throws Exception {
    Session session;
    try (Store store = open(temp)) {
      session = filled(store, 1);
    }
    Path folder = temp.resolve("rocksdb");
    dropChangeLog(folder);
    try (Database database = new Database(folder, RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Layout.write(database, 5);
    }

    try (Store store = open(temp)) {
      assertThat(store.lastChange().join()).isEqualTo(ChangePosition.START);
      assertThat(changes(store, session, ChangePosition.START)).isEmpty();
      append(store, session);
      assertThat(changes(store, session, ChangePosition.START)).hasSize(1);
    }
  }

  private static List<Change> changes(Store store, Session session, ChangePosition after) {
    ChangeQuery query = new ChangeQuery(Set.of(session.agentId()), after, 9);
    return store.listChanges(query, Cancellation.NONE).join().changes();
  }

  private static void dropChangeLog(Path folder) throws RocksDBException {
    List<ColumnFamilyDescriptor> families =
        Stream.of(ColumnFamily.values())
            .map(f -> new ColumnFamilyDescriptor(f.diskName()))
            .toList();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.open(options, folder.toString(), families, handles)) {
      db.dropColumnFamily(handles.get(ColumnFamily.CHANGES.ordinal()));
      db.delete(handles.get(ColumnFamily.META.ordinal()), Keys.changeNumber(0));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  private static Store open(Path folder) {
    return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
  }

  /** Adds a column family, as a later version may do. */
  private static void addFamily(Path folder) throws RocksDBException {
    List<ColumnFamilyDescriptor> families =
        Stream.of(ColumnFamily.values())
            .map(f -> new ColumnFamilyDescriptor(f.diskName()))
            .toList();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.open(options, folder.toString(), families, handles)) {
      handles.add(db.createColumnFamily(new ColumnFamilyDescriptor("later".getBytes(UTF_8))));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  private static Session filled(Store store, int count) {
    Agent agent = store.createAgent(Agents.of("owner"), AuditContexts.any()).join();
    Session session = store.createSession(Sessions.of(agent.agentId())).join();
    for (int i = 0; i < count; i++) {
      append(store, session);
    }
    return session;
  }

  private static void append(Store store, Session session) {
    store
        .append(
            new Append(
                Sessions.ref(session),
                null,
                OptionalLong.empty(),
                Sessions.drafts(1),
                session.createTime()))
        .join();
  }

  private static int messages(Store store, Session session) {
    MessageQuery all =
        new MessageQuery(
            Sessions.ref(session), true, EnumSet.allOf(Role.class), null, 0, 1_000, Long.MAX_VALUE);
    return store.listMessages(all, Cancellation.NONE).join().orElseThrow().messages().size();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static Path newestLog(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("rocksdb"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }
}
