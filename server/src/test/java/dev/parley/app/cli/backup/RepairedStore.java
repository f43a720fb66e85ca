package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Folders;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The contents of a store before its damage, and what a repair made of it. */
final class RepairedStore {
  /** Messages of a filled store, of which a part belongs to the deleted session. */
  static final int MESSAGES = 2 * DamagedFolders.MESSAGES;

  /** Large enough for many blocks in a table. */
  private static final int MESSAGE_BYTES = 1_000;

  private static final int DELETED = 19;
  private static final int ARCHIVED = 18;
  private static final int WITH_RUNS = 10;

  private RepairedStore() {}

  /**
   * What was found after a repair.
   *
   * @param sessions the sessions of the agent
   * @param messages the messages that are as they were
   * @param placeholders the messages that stand for lost ones
   * @param runs the runs that are as they were
   */
  record Found(int sessions, int messages, int placeholders, int runs) {}

  /** Fills a store with messages, runs, keys, an archived and a deleted session. */
  static Agent fill(Store store) {
    Agent agent = DamagedFolders.fill(store);
    for (int i = DamagedFolders.MESSAGES; i < MESSAGES; i++) {
      append(store, find(store, agent, i % DamagedFolders.SESSIONS), i);
    }
    for (int i = 0; i < WITH_RUNS; i++) {
      Session session = find(store, agent, i);
      SessionRef.ById ref = Sessions.ref(session);
      Run run =
          Run.create(
              agent.agentId(),
              session.sessionId(),
              "run-" + i,
              Run.State.COMPLETED,
              Run.Report.EMPTY,
              AuditContexts.TIME);
      var created = store.createRun(ref, run).join();
      var put =
          store
              .putContext(
                  new Run.Ref(ref, "run-" + i),
                  List.of(Json.ofUtf8("{\"a\":1}".getBytes(StandardCharsets.UTF_8))))
              .join();
    }
    var archived =
        store
            .updateSession(
                Sessions.ref(find(store, agent, ARCHIVED)),
                session -> session.withArchiveTime(AuditContexts.TIME),
                AuditContexts.any())
            .join();
    var deleted =
        store
            .deleteSession(
                Sessions.ref(find(store, agent, DELETED)), session -> {}, AuditContexts.any())
            .join();
    ApiKey key = store.createApiKey(Agents.agentKey(agent), AuditContexts.any()).join();
    var revoked = store.revokeApiKey(key.keyId(), key.createTime(), AuditContexts.any()).join();
    return agent;
  }

  private static void append(Store store, Session session, int number) {
    Message.Draft draft =
        Sessions.draft(Role.USER, "message " + number + " ".repeat(MESSAGE_BYTES));
    Append append =
        new Append(
            Sessions.ref(session), null, OptionalLong.empty(), List.of(draft), AuditContexts.TIME);
    var appended = store.append(append).join();
  }

  private static Session find(Store store, Agent agent, int number) {
    return store
        .findSession(new SessionRef.ByKey(agent.agentId(), "k" + number, null), Cancellation.NONE)
        .join()
        .orElseThrow();
  }

  /** Checks a repaired folder and reads everything in it. */
  static Found read(Path folder, Agent agent) {
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
    int sessions = 0;
    int messages = 0;
    int placeholders = 0;
    int runs = 0;
    try (TransferableStore store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      for (Session session :
          store.transfer().listSessions(agent.agentId(), null, Integer.MAX_VALUE).join()) {
        sessions++;
        List<Message> read = messages(store, session);
        assertThat(read).hasSize((int) session.headSequence());
        for (int i = 0; i < read.size(); i++) {
          Message message = read.get(i);
          assertThat(message.sequence()).isEqualTo(i + 1);
          if (message.draft().role() == Role.SYSTEM) {
            placeholders++;
            assertThat(text(message.draft().metadata().utf8()))
                .isEqualTo("{\"parley\":{\"lost\":true,\"sequence\":" + (i + 1) + "}}");
          } else {
            messages++;
            requireOriginal(session, message);
          }
        }
        runs += runs(store, session);
      }
    }
    return new Found(sessions, messages, placeholders, runs);
  }

  private static void requireOriginal(Session session, Message message) {
    String text = text(message.draft().content().utf8());
    int global = Integer.parseInt(text.substring("message ".length()).strip());
    assertThat(global / DamagedFolders.SESSIONS).isEqualTo(message.sequence() - 1);
    int number = global % DamagedFolders.SESSIONS;
    assertThat(number).isNotEqualTo(DELETED);
    if (!session.key().equals("recovered:" + session.sessionId())) {
      assertThat(session.key()).isEqualTo("k" + number);
      assertThat(session.isArchived()).isEqualTo(number == ARCHIVED);
    }
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static List<Message> messages(Store store, Session session) {
    MessageQuery query =
        new MessageQuery(
            Sessions.ref(session),
            false,
            EnumSet.allOf(Role.class),
            null,
            0,
            Integer.MAX_VALUE,
            Long.MAX_VALUE);
    return store.listMessages(query, Cancellation.NONE).join().orElseThrow().messages();
  }

  private static int runs(Store store, Session session) {
    SessionRef.ById ref = Sessions.ref(session);
    List<Run> runs =
        store
            .listRuns(
                new RunQuery(ref, false, 0, Integer.MAX_VALUE, Long.MAX_VALUE), Cancellation.NONE)
            .join()
            .orElseThrow()
            .runs();
    for (Run run : runs) {
      List<Json> context =
          store
              .findContexts(ref, Set.of(run.runId()), Cancellation.NONE)
              .join()
              .orElseThrow()
              .getOrDefault(run.runId(), List.of());
      assertThat(context).hasSize(run.contextBytes() > 0 ? 1 : 0);
    }
    return runs.size();
  }

  /** The name and checksum of every file in a folder. */
  static TreeMap<String, String> bytes(Path folder) throws IOException {
    TreeMap<String, String> bytes = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        String name = folder.relativize(path).toString();
        bytes.put(
            name,
            Files.isDirectory(path)
                ? "folder"
                : Files.getLastModifiedTime(path) + " " + Folders.checksum(path));
      }
    }
    return bytes;
  }
}
