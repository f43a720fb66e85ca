package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.app.Main;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.migration.Layout;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** {@code parley migrate} on a folder and on a database. */
class MigrateCommandTest {
  private static final int WOULD_CHANGE = 1;

  private final PrintStream before = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir Path folder;

  @BeforeEach
  void captureOutput() {
    System.setOut(new PrintStream(out, true, UTF_8));
  }

  @AfterEach
  void restoreOutput() {
    System.setOut(before);
  }

  private int run(String... arguments) {
    out.reset();
    return Main.run(arguments);
  }

  private String printed() {
    return out.toString(UTF_8);
  }

  /** A folder whose layout has no indexes of archived sessions yet. */
  private void makeLayoutNine() throws RocksDBException {
    RocksDbStores.open(folder, RocksDbSettings.DEFAULTS).close();
    try (Database database =
        new Database(folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Layout.write(database, 9);
    }
  }

  @Test
  void folderOfAnOlderLayout_isPlannedThenMigrated() throws RocksDBException {
    makeLayoutNine();
    String[] plan = {"migrate", "--plan", "--data", folder.toString()};

    assertThat(run(plan)).isEqualTo(WOULD_CHANGE);
    assertThat(printed())
        .isEqualTo(
            "10\tIndexes archived sessions by client and user.\n"
                + "11\tIndexes runs by state, and archived sessions by create time.\n"
                + "12\tOmits index entries of message ids that end with the sequence. Rewrites no"
                + " data.\n"
                + "13\tStores a large origin or metadata of a session separately from its row.\n"
                + "The layout of "
                + folder
                + " would be changed from version 9 to version 13.\n");
    assertThat(run(plan)).as("The plan has changed nothing.").isEqualTo(WOULD_CHANGE);

    assertThat(run("migrate", "--data", folder.toString())).isZero();
    assertThat(printed()).endsWith(" was changed from version 9 to version 13.\n");
    assertThat(run(plan)).isZero();
    assertThat(printed())
        .isEqualTo("The layout of " + folder + " has version 13. Nothing to do.\n");
  }

  @Test
  void folder_planAsJson() throws RocksDBException {
    makeLayoutNine();

    assertThat(run("migrate", "--plan", "--json", "--data", folder.toString()))
        .isEqualTo(WOULD_CHANGE);

    JsonNode plan = JsonBodies.tree(printed());
    assertThat(plan.get("store").textValue()).isEqualTo(folder.toString());
    assertThat(plan.get("kind").textValue()).isEqualTo("layout");
    assertThat(plan.get("current").textValue()).isEqualTo("9");
    assertThat(plan.get("planned").booleanValue()).isTrue();
    assertThat(plan.get("steps")).hasSize(4);
    assertThat(plan.get("steps").get(0).get("version").textValue()).isEqualTo("10");
  }

  @Test
  void folderWithoutStore_refusedAndNotCreated() {
    Path nothing = folder.resolve("nothing");

    assertThat(run("migrate", "--data", nothing.toString())).isEqualTo(2);
    assertThat(run("migrate", "--plan", "--data", nothing.toString())).isEqualTo(2);

    assertThat(nothing).doesNotExist();
  }

  @Test
  void folderInUse_refused() {
    var store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
    try (store) {
      assertThat(run("migrate", "--plan", "--data", folder.toString())).isEqualTo(2);
    }
  }

  @Test
  void emptyDatabase_isPlannedThenCreated() {
    String url = PostgresServer.shared().newDatabase();

    assertThat(run("migrate", "--plan", "--store", url)).isEqualTo(WOULD_CHANGE);
    assertThat(printed().lines())
        .startsWith("1.0\tEverything that a Parley store holds.")
        .contains("1.10\tActive sessions by create time.")
        .last()
        .isEqualTo(
            "The schema of "
                + PostgresStores.withoutCredentials(url)
                + " would be changed to version 1.14.");
    assertThat(PostgresStores.isStore(url)).isFalse();

    assertThat(run("migrate", "--json", "--store", url)).isZero();
    JsonNode done = JsonBodies.tree(printed());
    assertThat(done.get("current").textValue()).isEqualTo("1.14");
    assertThat(done.get("planned").booleanValue()).isFalse();
    assertThat(PostgresStores.isStore(url)).isTrue();
    assertThat(run("migrate", "--plan", "--store", url)).isZero();
    assertThat(printed()).endsWith(" has version 1.14. Nothing to do.\n");
  }
}
