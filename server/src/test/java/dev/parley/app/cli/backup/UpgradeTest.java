package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.Main;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that an older version wrote, in this version. */
class UpgradeTest {
  private static final Path BACKUP = Path.of("src/test/resources/upgrade/layout-8.zip");
  private static final Path DUMP = Path.of("src/test/resources/upgrade/schema-1.9.sql");
  private static final String AGENT = "550e8400-e29b-41d4-a716-446655440000";

  @TempDir Path temp;

  /** The last layout without an index of sessions by create time. */
  @Test
  void backupOfLayoutEight_restored_isPlannedUpgradedAndComplete() {
    String data = temp.resolve("data").toString();
    assertThat(Main.run("restore", BACKUP.toString(), "--data", data)).isZero();
    assertThat(Main.run("check", "--data", data)).as("It is checked once upgraded.").isEqualTo(2);
    assertThat(Main.run("migrate", "--plan", "--data", data)).isEqualTo(1);

    try (ServerFixture server =
        ServerFixture.over(() -> RocksDbStores.open(Path.of(data), RocksDbSettings.DEFAULTS))
            .start()) {
      assertSessionsAreComplete(server);
    }

    assertThat(Main.run("migrate", "--plan", "--data", data)).isZero();
    assertThat(Main.run("check", "--data", data)).isZero();
  }

  /** The last schema without an index of sessions by create time. */
  @Test
  void dumpOfSchemaOneNine_restored_isPlannedUpgradedAndComplete() throws Exception {
    String store = PostgresServer.shared().newDatabase();
    try (Connection database = DriverManager.getConnection(store);
        Statement statement = database.createStatement()) {
      statement.execute(Files.readString(DUMP));
    }
    assertThat(Main.run("migrate", "--plan", "--store", store)).isEqualTo(1);

    try (ServerFixture server =
        ServerFixture.over(() -> PostgresStores.open(store, PostgresSettings.DEFAULTS)).start()) {
      assertSessionsAreComplete(server);
    }

    assertThat(Main.run("migrate", "--plan", "--store", store)).isZero();
    assertThat(Main.run("check", "--store", store)).isZero();
  }

  private static void assertSessionsAreComplete(ServerFixture server) {
    var calls = SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
    assertThat(keys(calls, AGENT, "")).containsExactly("first", "second", "third");
    assertThat(keys(calls, AGENT, "client = \"web\"")).containsExactly("first", "second");
    assertThat(keys(calls, "-", "owner = \"acme\" AND user = \"ann\""))
        .containsExactly("first", "other");
    List<Session> archives =
        calls
            .listArchives(ListArchivesRequest.newBuilder().setAgentId(AGENT).build())
            .getArchivesList();
    assertThat(archives).extracting(Session::getKey).containsExactly("old");
    assertThat(AcknowledgedWrites.messages(calls, sessions(calls, AGENT, "").get(0)))
        .extracting(message -> message.getContent().getText())
        .containsExactly("Where is my order?", "");
  }

  private static List<String> keys(
      SessionServiceGrpc.SessionServiceBlockingStub calls, String agent, String filter) {
    return sessions(calls, agent, filter).stream().map(Session::getKey).toList();
  }

  private static List<Session> sessions(
      SessionServiceGrpc.SessionServiceBlockingStub calls, String agent, String filter) {
    return calls
        .listSessions(
            ListSessionsRequest.newBuilder()
                .setAgentId(agent)
                .setFilter(filter)
                .setOrderBy("create_time")
                .build())
        .getSessionsList();
  }
}
