package dev.parley.storage.rocksdb.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Expiry;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.change.Change;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.AuditKeys;
import dev.parley.storage.rocksdb.codec.AuditRecords;
import dev.parley.storage.rocksdb.codec.ChangeRecords;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Folders;
import dev.parley.testing.SampleData;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.RocksDBException;

class RocksDbCheckTest {
  private static final Instant EXPIRE_TIME = Instant.parse("2030-01-01T00:00:00Z");
  private static final String NOT_INDEXED = "is missing from the expiry index, or indexed too late";
  private static final byte[] JUNK = {(byte) 0xFF, 1, 2};

  @TempDir private static Path whole;
  private static Session session;
  private static Message deleted;
  private static String name;

  @TempDir Path temp;

  /** Changes a database without its store. */
  private interface Damage {
    void to(Batch batch);
  }

  @BeforeAll
  static void fill() throws IOException {
    Path folder = whole.resolve("data");
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      SampleData.fill(store, 2, 9, 600);
      UUID agentId = store.createAgent(Agents.of("o"), AuditContexts.any()).join().agentId();
      Session.Profile profile =
          Session.Profile.EMPTY
              .withUser("ana")
              .withClient("cli")
              .withExpiry(new Expiry(EXPIRE_TIME, null, false));
      Session made = store.createSession(Sessions.of(agentId, profile)).join();
      SampleData.append(store, made, 300);
      SessionRef.ById ref = Sessions.ref(made);
      deleted = deleteFirst(store, ref);
      makeRuns(store, ref);
      session = store.findSession(ref, Cancellation.NONE).join().orElseThrow();
      // Writes the memtables and the log to files.
      store.backupSource().orElseThrow().freeze().close();
    }
    name = "session " + session.sessionId() + " of agent " + session.agentId();
  }

  private static Message deleteFirst(Store store, SessionRef.ById ref) {
    MessageLookup first = new MessageLookup(ref, Set.of(), Set.of(1L), Long.MAX_VALUE);
    String messageId =
        store
            .findMessages(first, Cancellation.NONE)
            .join()
            .orElseThrow()
            .messages()
            .get(0)
            .draft()
            .messageId();
    return store.deleteMessage(ref, messageId, AuditContexts.any()).join();
  }

  private static void makeRuns(Store store, SessionRef.ById ref) {
    for (int i = 1; i <= 3; i++) {
      var run =
          store
              .createRun(
                  ref,
                  Run.create(
                      ref.agentId(),
                      ref.sessionId(),
                      "run-" + i,
                      Run.State.RUNNING,
                      Run.Report.EMPTY,
                      Instant.EPOCH.plusSeconds(i)))
              .join();
    }
    var put =
        store.putContext(new Run.Ref(ref, "run-2"), List.of(Sessions.json("{\"a\":1}"))).join();
  }

  @Test
  void run_wholeStore_findsNothingAndChangesNothing() throws Exception {
    Path folder = copy();
    List<String> before = files(folder);

    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();

    assertThat(files(folder)).isEqualTo(before);
  }

  static Stream<Arguments> messages() {
    UUID agent = session.agentId();
    UUID id = session.sessionId();
    return Stream.of(
        of(
            "message 7 is missing",
            b -> b.delete(ColumnFamily.MESSAGES, Keys.message(agent, id, 7))),
        of("messages 1 to 2 are missing", b -> deleteMessages(b, 1, 2)),
        of("messages 299 to 300 are missing", b -> deleteMessages(b, 299, 300)),
        of(
            "has a wrong count of deleted messages",
            b ->
                b.put(
                    ColumnFamily.MESSAGES,
                    Keys.message(agent, id, 1),
                    MessageRecords.ofMessage(
                        new Message(1, deleted.draft(), deleted.createTime())))),
        of(
            "message 2 is stored, although it was cleared",
            b ->
                b.put(
                    ColumnFamily.SESSIONS,
                    Keys.session(agent, id),
                    SessionRecords.ofSession(clearedTo(2), EXPIRE_TIME))),
        of(
            "message 301 has a sequence above the head sequence",
            b -> b.put(ColumnFamily.MESSAGES, Keys.message(agent, id, 301), JUNK)),
        of(
            "the record of message 9 cannot be read",
            b -> b.put(ColumnFamily.MESSAGES, Keys.message(agent, id, 9), JUNK)),
        of("message 300 is not found by its id", b -> deleteIds(b)),
        of(
            "a message id has no message",
            b ->
                b.put(
                    ColumnFamily.MESSAGE_IDS, Keys.messageId(agent, id, "x"), Keys.ofSequence(3))),
        of(
            "message 6 is not found by its run",
            b -> b.singleDelete(ColumnFamily.RUN_MESSAGES, Keys.runMessage(agent, id, "run-1", 6))),
        of(
            "a run index entry leads to a message of another run",
            b -> b.putKeyOnly(ColumnFamily.RUN_MESSAGES, Keys.runMessage(agent, id, "run-9", 2))));
  }

  /** The session, with messages up to this sequence cleared according to its record. */
  private static Session clearedTo(long sequence) {
    Session.Counts counts = session.counts();
    return new Session(
        session.agentId(),
        session.sessionId(),
        session.key(),
        session.profile(),
        session.createTime(),
        session.updateTime(),
        new Session.Counts(
            counts.headSequence(), sequence, sequence, counts.spokenCount(), counts.runCount()),
        session.archiveTime(),
        session.revision(),
        session.leases());
  }

  static Stream<Arguments> ways() {
    UUID agent = session.agentId();
    UUID id = session.sessionId();
    Instant time = session.updateTime();
    List<byte[]> places = IndexKeys.indexKeys("o", session);
    byte[] later = IndexKeys.indexKeys("o", session.withAppended(0, 0, time.plusMillis(1))).get(0);
    byte[] archived = IndexKeys.indexKeys("o", session.withArchiveTime(time)).get(0);
    byte[] slot = IndexKeys.slot(agent, session.key());
    return Stream.of(
        of("is not found by its key", b -> b.delete(ColumnFamily.INDEXES, slot)),
        of(
            "is not found by its id alone",
            b -> b.delete(ColumnFamily.INDEXES, IndexKeys.location(id))),
        of(
            "is missing from the list of active sessions",
            b -> b.singleDelete(ColumnFamily.INDEXES, places.get(0))),
        of(
            "is missing from the list of a client's sessions",
            b -> b.singleDelete(ColumnFamily.INDEXES, places.get(1))),
        of(
            "is missing from the list of a user's sessions",
            b -> b.singleDelete(ColumnFamily.INDEXES, places.get(2))),
        of(
            "is missing from the list of expiring sessions",
            b ->
                b.singleDelete(
                    ColumnFamily.INDEXES, IndexKeys.expiryIndex(EXPIRE_TIME, id, agent))),
        of(
            "the list of expiring sessions has it in the wrong position",
            b ->
                b.putKeyOnly(
                    ColumnFamily.INDEXES,
                    IndexKeys.expiryIndex(EXPIRE_TIME.plusSeconds(1), id, agent))),
        of(
            "the list of active sessions has it in the wrong position",
            b -> b.putKeyOnly(ColumnFamily.INDEXES, later)),
        of(
            "the list of archived sessions has it in the wrong position",
            b -> b.putKeyOnly(ColumnFamily.INDEXES, archived)),
        of(
            "the list of keys has it in the wrong position",
            b -> b.put(ColumnFamily.INDEXES, IndexKeys.slot(agent, "x"), Keys.ofId(id))));
  }

  static Stream<Arguments> runs() {
    UUID agent = session.agentId();
    UUID id = session.sessionId();
    byte[] second = Keys.run(agent, id, 2);
    return Stream.of(
        of("run 2 is missing", b -> b.delete(ColumnFamily.RUNS, second)),
        of("the record of run 2 cannot be read", b -> b.put(ColumnFamily.RUNS, second, JUNK)),
        of(
            "run 1 is not found by its id",
            b -> b.delete(ColumnFamily.RUN_IDS, Keys.runId(agent, id, "run-1"))),
        of(
            "1 run id has no run",
            b -> b.put(ColumnFamily.RUN_IDS, Keys.runId(agent, id, "run-9"), Keys.ofSequence(1))),
        of("the context of run 2 is incomplete", b -> b.delete(ColumnFamily.CONTEXTS, second)),
        of("the context of run 2 cannot be read", b -> b.put(ColumnFamily.CONTEXTS, second, JUNK)),
        of(
            "1 context belongs to no run",
            b -> b.put(ColumnFamily.CONTEXTS, Keys.run(agent, id, 4), new byte[0])));
  }

  static Stream<Arguments> others() {
    UUID agent = session.agentId();
    byte[] row = Keys.session(agent, session.sessionId());
    byte[] gone = Keys.join(Keys.session(agent, new UUID(7, 7)), new byte[8]);
    byte[] counted =
        SessionRecords.ofSession(
            session.withAppended(0, 1, session.updateTime()), session.effectiveExpireTime());
    byte[] indexedLate = SessionRecords.ofSession(session, EXPIRE_TIME.plusSeconds(1));
    byte[] notIndexed = SessionRecords.ofSession(session, null);
    String goneName = "session 00000000-0000-0007-0000-000000000007 of agent " + agent;
    return Stream.of(
        of("its record cannot be read", b -> b.put(ColumnFamily.SESSIONS, row, JUNK)),
        of(NOT_INDEXED, b -> b.put(ColumnFamily.SESSIONS, row, notIndexed)),
        of(NOT_INDEXED, b -> b.put(ColumnFamily.SESSIONS, row, indexedLate)),
        of(
            "has a wrong count of user and assistant messages",
            b -> b.put(ColumnFamily.SESSIONS, row, counted)),
        of("belongs to no agent", b -> b.delete(ColumnFamily.DIRECTORY, Keys.agent(agent))),
        at(
            goneName + ": 1 entry of messages has no session",
            b -> b.put(ColumnFamily.MESSAGES, gone, JUNK)),
        at(
            goneName + ": 1 entry of runs has no session",
            b -> b.put(ColumnFamily.RUNS, gone, JUNK)),
        at(
            goneName + ": the list of keys leads to no session",
            b ->
                b.put(
                    ColumnFamily.INDEXES,
                    IndexKeys.slot(agent, "gone"),
                    Keys.ofId(new UUID(7, 7)))),
        at(
            "indexes: an entry with an unknown key format",
            b -> b.put(ColumnFamily.INDEXES, new byte[] {'?'}, JUNK)),
        at(
            "agent %s: its record cannot be read".formatted(agent),
            b -> b.put(ColumnFamily.DIRECTORY, Keys.agent(agent), JUNK)));
  }

  static Stream<Arguments> auditLog() {
    Agent agent = Agents.of("o");
    AuditEntry entry =
        AuditContexts.of(AuditAction.AGENT_CREATE, AuditContexts.TIME).entryFor(agent);
    byte[] key = AuditKeys.entry(entry.time(), entry.entryId());
    byte[] ofOwner = AuditKeys.indexKeys(entry).get(0);
    byte[] ofAgent = AuditKeys.indexKeys(entry).get(1);
    byte[] value = AuditRecords.of(entry);
    String named = "audit entry " + entry.entryId() + ": ";
    return Stream.of(
        at(
            named + "is missing from an audit index",
            b -> {
              b.put(ColumnFamily.AUDIT, key, value);
              b.put(ColumnFamily.AUDIT, ofOwner, new byte[0]);
            }),
        at(
            named + "is missing from an audit index",
            b -> {
              b.put(ColumnFamily.AUDIT, key, value);
              b.put(ColumnFamily.AUDIT, ofAgent, new byte[0]);
            }),
        at(
            named + "an audit index entry leads to no entry",
            b -> b.put(ColumnFamily.AUDIT, ofOwner, new byte[0])),
        at(named + "its record cannot be read", b -> b.put(ColumnFamily.AUDIT, key, JUNK)),
        at(
            "audit log: an entry with an unknown key format",
            b -> b.put(ColumnFamily.AUDIT, new byte[] {'a', 1}, JUNK)),
        at(
            "audit log: an entry with an unknown key format",
            b -> b.put(ColumnFamily.AUDIT, Keys.join(ofOwner, JUNK), JUNK)));
  }

  static Stream<Arguments> changes() {
    Agent agent = Agents.of("o");
    UUID known = session.agentId();
    byte[] value = ChangeRecords.of(Change.ofSession(session));
    String later = "change %d of agent %s: ".formatted(Long.MAX_VALUE, known);
    return Stream.of(
        at(
            later + "is after the last position of the change log",
            b -> b.put(ColumnFamily.CHANGES, Keys.change(known, Long.MAX_VALUE), value)),
        at(
            "change 1 of agent %s: belongs to no agent".formatted(agent.agentId()),
            b -> b.put(ColumnFamily.CHANGES, Keys.change(agent.agentId(), 1), value)),
        at(
            "change 1 of agent %s: its record cannot be read".formatted(known),
            b -> b.put(ColumnFamily.CHANGES, Keys.change(known, 1), JUNK)),
        at(
            "change log: an entry with an unknown key format",
            b -> b.put(ColumnFamily.CHANGES, Keys.agentRows(known), value)));
  }

  private static Arguments at(String expected, Damage damage) {
    return Arguments.of(expected, damage);
  }

  private static void deleteIds(Batch batch) {
    batch.deletePrefix(
        ColumnFamily.MESSAGE_IDS, Keys.session(session.agentId(), session.sessionId()));
  }

  private static Arguments of(String what, Damage damage) {
    return Arguments.of(name + ": " + what, damage);
  }

  private static void deleteMessages(Batch batch, long first, long last) {
    for (long i = first; i <= last; i++) {
      batch.delete(ColumnFamily.MESSAGES, Keys.message(session.agentId(), session.sessionId(), i));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"messages", "ways", "runs", "others", "auditLog", "changes"})
  void run_damage_isNamed(String expected, Damage damage) throws Exception {
    Path folder = copy();
    damage(folder, damage);

    List<String> found = CheckFindings.of(RocksDbFolder.take(folder));

    assertThat(found).contains(expected);
  }

  @Test
  void run_keys_withTheSameSecretOrNoAgent_areNamed() throws Exception {
    Path folder = copy();
    ApiKey one = Agents.agentKey(Agents.of("o"));
    UUID twin = UUID.randomUUID();
    damage(
        folder,
        b -> {
          b.put(ColumnFamily.DIRECTORY, Keys.apiKey(one.keyId()), Records.ofApiKey(one));
          b.put(ColumnFamily.DIRECTORY, Keys.apiKey(twin), Records.ofApiKey(one));
        });

    assertThat(CheckFindings.of(RocksDbFolder.take(folder)))
        .contains("key %s of agent %s: belongs to no agent".formatted(twin, one.agentId()))
        .anyMatch(line -> line.endsWith(": has the secret of another key"));
  }

  /** RocksDB's own checksums. */
  @Test
  void run_flippedBitInAFile_isNamed() throws Exception {
    Path folder = copy();
    Path files = RocksDbFolder.filesOf(folder);
    Path largest;
    try (Stream<Path> all = Files.list(files)) {
      largest =
          all.filter(file -> file.toString().endsWith(".sst"))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
    }
    try (RandomAccessFile file = new RandomAccessFile(largest.toFile(), "rw")) {
      file.seek(100);
      int b = file.read();
      file.seek(100);
      file.write(b ^ 1);
    }

    assertThat(CheckFindings.of(RocksDbFolder.take(folder)))
        .anyMatch(line -> line.contains("a file is damaged") && line.contains(".sst"));
  }

  private Path copy() {
    Path folder = temp.resolve("copy");
    Folders.copy(whole.resolve("data"), folder);
    return folder;
  }

  private static void damage(Path folder, Damage damage) throws RocksDBException {
    try (Database database =
        new Database(RocksDbFolder.filesOf(folder), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Batch batch = new Batch(database);
      damage.to(batch);
      batch.commitStaged();
      batch.commit(0, 1);
    }
  }

  private static List<String> files(Path folder) throws Exception {
    try (Stream<Path> all = Files.walk(RocksDbFolder.filesOf(folder))) {
      return all.map(file -> file + " " + file.toFile().lastModified() + file.toFile().length())
          .sorted()
          .toList();
    }
  }
}
