package dev.parley.app.cli.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.Store;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Folders;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.SampleData;
import dev.parley.testing.Waiting;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley copy}, run as its own process on real stores. */
class CopyIT {
  private static final int SESSIONS = 400;
  private static final int SESSIONS_PER_AGENT = SESSIONS / 2;
  private static final long WRITTEN_BYTES = 2L << 20;

  @TempDir private static Path work;
  private static Path folder;
  private static String database;

  /** The same store twice: in a folder, and in a database that the first copy fills. */
  @BeforeAll
  static void fill() {
    folder = work.resolve("filled");
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      SampleData.fill(store, 2, SESSIONS_PER_AGENT, 150);
    }
    database = PostgresServer.shared().newDatabase();
    requireEqual(copy(folder.toString(), database));
  }

  @Test
  void copy_thereAndBack_isTheSame() {
    Path back = work.resolve("back");

    Result result = copy(database, back.toUri().toString());

    requireEqual(result);
    assertThat(result.out())
        .startsWith("Copied " + PostgresStores.withoutCredentials(database) + " to ")
        .contains("Sessions copied: 400, skipped: 0; ");
    requireEqual(run("copy", "--verify-only", "--from", folder.toString(), "--to", back + "/"));
  }

  @Test
  void copy_toDatabaseKilledMidWay_runAgainCompletes() {
    String target = PostgresServer.shared().newDatabase();
    PostgresStores.open(target, PostgresSettings.DEFAULTS).close();
    try (ParleyProcess copying = start(folder.toString(), target)) {
      Waiting.until(() -> count(target, "session") > 0, copying::err);
      copying.kill();
      copying.awaitExit();
    }
    assertThat(count(target, "session")).isBetween(1L, SESSIONS - 1L);

    Result again = copy(folder.toString(), target);

    requireEqual(again);
    assertThat(again.out()).doesNotContain("skipped: 0;");
  }

  @Test
  void copy_toFolderKilledMidWay_runAgainCompletes() {
    Path target = work.resolve("killed");
    try (ParleyProcess copying = start(database, target.toString())) {
      Waiting.until(() -> written(target) > WRITTEN_BYTES, copying::err);
      copying.kill();
      copying.awaitExit();
      assertThat(copying.out()).isEmpty();
    }

    Result again = copy(database, target.toString());

    requireEqual(again);
    assertThat(again.out()).doesNotContain("skipped: 0;");
  }

  @Test
  void verify_oneMessageIsAnother_saysWhichSession() throws SQLException {
    String target = PostgresServer.shared().newDatabase();
    requireEqual(copy(database, target));
    String sessionId;
    try (Connection connection = DriverManager.getConnection(target);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                UPDATE message SET content = 'changed'
                WHERE (session_id, sequence) =
                  (SELECT session_id, sequence FROM message WHERE NOT blocks LIMIT 1)
                RETURNING session_id
                """)) {
      row.next();
      sessionId = row.getString(1);
    }

    Result result = run("copy", "--verify-only", "--from", folder.toString(), "--to", target);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("differs: session " + sessionId + " of agent ")
        .contains(": different messages\n")
        .endsWith("The stores differ.\n")
        .doesNotContain("password");
    assertThat(result.out().lines().filter(line -> line.startsWith("differs: session"))).hasSize(1);
  }

  @Test
  void copy_whereNothingMayBeWritten_refusedInOneLine() {
    Path other = work.resolve("other");
    try (Store store = RocksDbStores.open(other, RocksDbSettings.DEFAULTS)) {
      var agent =
          store.createAgent(Agents.of(UUID.randomUUID(), "somebody"), AuditContexts.any()).join();
    }

    refused(copy(folder.toString(), folder.toUri().toString()), "--from and --to are the same");
    refused(copy(database, database + "&ApplicationName=x"), "--from and --to are the same");
    refused(copy(work.resolve("none").toString(), database), "No Parley store found in ");
    refused(copy(folder.toString(), other.toString()), "The target contains agent ");
    refused(run("copy", database), "Missing required options: ");
    refused(run("copy", database, "--from", "a", "--to", "b"), "Unmatched argument ");
    assertThat(work.resolve("none")).doesNotExist();
  }

  private static void refused(Result result, String why) {
    assertThat(result.err())
        .startsWith("parley: " + why)
        .hasLineCount(1)
        .doesNotContain("password");
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(2);
  }

  private static void requireEqual(Result result) {
    assertThat(result.err()).doesNotContain("parley: ", " WARN ", " ERROR ", "password");
    assertThat(result.out()).endsWith("The stores are equal.\n").doesNotContain("password");
    assertThat(result.exitCode()).isZero();
  }

  private static Result copy(String from, String to) {
    return run("copy", "--from", from, "--to", to);
  }

  private static Result run(String... args) {
    return ParleyProcess.run(work, Map.of(), args);
  }

  private static ParleyProcess start(String from, String to) {
    return ParleyProcess.start(work, Map.of(), "copy", "--from", from, "--to", to);
  }

  private static long count(String url, String table) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The size of the log of an embedded store. */
  private static long written(Path target) {
    return Folders.bytes(target.resolve("rocksdb"), ".log");
  }
}
