package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rocksdb.WriteBatch;

/** {@code parley repair} on stores that lost data: what is left, and what the report says. */
class RepairDamageTest extends RepairCases {
  @Test
  void repair_damagedLog_losesOneBlock() throws IOException {
    Path folder = copy(inLogs);
    Path log = newestLog(folder);
    flip(log, Files.size(log) / 2);

    assertThat(repair(folder)).isEqualTo(1);

    assertThat(found(folder)).isEqualTo(EVERYTHING);
    assertThat(report(folder))
        .anyMatch(line -> line.contains("\"kind\":\"changes\"") && line.contains("last_sequence"))
        .anyMatch(line -> line.contains("\"file\":\"rocksdb/" + log.getFileName() + "\""));
  }

  @Test
  void repair_damagedMessagesInLog_placeholdersKeepTheOtherSequences() throws IOException {
    Path folder = copy(inLogs);
    // The first messages are at the start of the oldest log.
    flip(DamagedFolders.logs(folder).get(0), 5_000);

    assertThat(repair(folder)).isEqualTo(1);

    RepairedStore.Found found = found(folder);
    assertThat(found.sessions()).isEqualTo(SESSIONS);
    assertThat(found.placeholders()).isPositive();
    assertThat(found.messages()).isEqualTo(MESSAGES - found.placeholders());
    assertThat(report(folder))
        .filteredOn(line -> line.contains("\"kind\":\"messages\""))
        .isNotEmpty()
        .allMatch(line -> line.contains("\"agent\":\"" + agent.agentId() + "\""));
  }

  @Test
  void repair_missingOldestLog_keepsTheNewerHalf() throws IOException {
    Path folder = copy(inLogs);
    Files.delete(DamagedFolders.logs(folder).get(0));

    assertThat(repair(folder)).isEqualTo(1);

    RepairedStore.Found found = found(folder);
    int lost = DamagedFolders.MESSAGES / 2 * SESSIONS / DamagedFolders.SESSIONS;
    assertThat(found.placeholders()).isEqualTo(lost);
    assertThat(found.messages()).isEqualTo(MESSAGES - lost);
  }

  @Test
  void repair_missingNewestLog_saysHowManyChangesAreLost() throws IOException {
    Path folder = copy(inLogs);
    Files.delete(newestLog(folder));

    assertThat(repair(folder)).isEqualTo(1);

    assertThat(report(folder)).anyMatch(line -> line.contains("neither in a log nor in a table"));
    assertThat(Files.exists(target(folder).resolve("rocksdb/CURRENT"))).isTrue();
  }

  @Test
  void repair_eachTableMissing_keepsTheOthers() throws IOException {
    for (Path table : DamagedFolders.tables(inTables)) {
      Path folder = copy(inTables);
      Files.delete(RocksDbFolder.filesOf(folder).resolve(table.getFileName()));

      requireReported(folder, repair(folder), table);
    }
  }

  @Test
  void repair_tableCut_keepsTheOthers() throws IOException {
    for (Path table : DamagedFolders.tables(inTables).subList(0, 4)) {
      Path folder = copy(inTables);
      Path damaged = RocksDbFolder.filesOf(folder).resolve(table.getFileName());
      truncate(damaged, Files.size(damaged) / 2);

      requireReported(folder, repair(folder), table);
    }
  }

  /** A table of indexes is no loss. */
  private static void requireReported(Path folder, int status, Path table) throws IOException {
    RepairedStore.Found found = requireConsistent(folder);
    List<String> report = report(folder);
    assertThat(status).isEqualTo(report.isEmpty() ? 0 : 1);
    if (report.isEmpty()) {
      assertThat(found).isEqualTo(EVERYTHING);
    } else {
      assertThat(report).anyMatch(line -> line.contains("rocksdb/" + table.getFileName()));
    }
  }

  @Test
  void repair_bitFlippedInEachTable_losesAtMostOneBlock() throws IOException {
    int placeholders = 0;
    for (Path table : DamagedFolders.tables(inTables)) {
      Path folder = copy(inTables);
      // The first data block.
      flip(RocksDbFolder.filesOf(folder).resolve(table.getFileName()), 20);

      // Indexes and lookup tables are built again.
      int status = repair(folder);

      RepairedStore.Found found = requireConsistent(folder);
      placeholders += found.placeholders();
      assertThat(status).isEqualTo(report(folder).isEmpty() ? 0 : 1);
    }
    assertThat(placeholders).isBetween(1, MESSAGES / 4);
  }

  @Test
  void repair_bitFlippedInTableAndManifestMissing_keepsTheRest() throws IOException {
    for (Path table : DamagedFolders.tables(inTables).subList(2, 6)) {
      Path folder = copy(inTables);
      flip(RocksDbFolder.filesOf(folder).resolve(table.getFileName()), 20);
      Files.delete(DamagedFolders.files(folder, "MANIFEST-").get(0));

      assertThat(repair(folder)).isEqualTo(1);

      requireConsistent(folder);
    }
  }

  @Test
  void repair_recordsThatCannotBeDecoded_areReplaced() throws Exception {
    Path folder = copy(inTables);
    byte[] damaged = {1, 2, 3};
    try (Database database = new Database(RocksDbFolder.filesOf(folder), 0);
        DatabaseSnapshot snapshot = database.snapshot();
        Scan sessions = snapshot.scan(ColumnFamily.SESSIONS, new byte[0]);
        Scan messages = snapshot.scan(ColumnFamily.MESSAGES, new byte[0]);
        WriteBatch batch = new WriteBatch()) {
      sessions.seek(new byte[0]);
      messages.seek(new byte[0]);
      batch.put(database.handle(ColumnFamily.SESSIONS), sessions.key(), damaged);
      batch.put(database.handle(ColumnFamily.MESSAGES), messages.key(), damaged);
      database.write(batch);
    }

    assertThat(repair(folder)).isEqualTo(1);

    assertThat(found(folder))
        .isEqualTo(new RepairedStore.Found(SESSIONS, MESSAGES - 1, 1, EVERYTHING.runs()));
    assertThat(report(folder))
        .anyMatch(line -> line.contains("\"kind\":\"session\""))
        .anyMatch(line -> line.contains("\"kind\":\"messages\""));
  }
}
