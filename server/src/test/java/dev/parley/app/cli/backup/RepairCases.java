package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.Main;
import dev.parley.model.Agent;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store whose process was killed, with its data in logs, and one that was closed and has its data
 * in tables, to damage and repair.
 */
abstract class RepairCases {
  static final int SESSIONS = DamagedFolders.SESSIONS - 1;
  static final int MESSAGES = RepairedStore.MESSAGES * SESSIONS / DamagedFolders.SESSIONS;
  static final int RUNS = 10;
  static final RepairedStore.Found EVERYTHING =
      new RepairedStore.Found(SESSIONS, MESSAGES, 0, RUNS);

  @TempDir static Path shared;
  static Path inLogs;
  static Path inTables;
  static Agent agent;

  @TempDir Path temp;

  @BeforeAll
  static void fill() throws IOException {
    Path running = shared.resolve("running");
    inLogs = shared.resolve("logs");
    inTables = shared.resolve("tables");
    try (Store store = RocksDbStores.open(running, RocksDbSettings.DEFAULTS)) {
      agent = RepairedStore.fill(store);
      DamagedFolders.copy(running, inLogs);
      DamagedFolders.copy(running, inTables);
    }
    RocksDbStores.open(inTables, RocksDbSettings.DEFAULTS).close();
    for (Path folder : List.of(inLogs, inTables)) {
      Files.writeString(folder.resolve("root.key"), "g_root_" + "0".repeat(48) + "\n");
      Files.writeString(folder.resolve("parley.lock"), "process 1, started long ago");
    }
  }

  /** Repairs a folder and verifies that it was not changed. */
  static int repair(Path folder) throws IOException {
    Map<String, String> before = RepairedStore.bytes(folder);
    int status = run(folder, target(folder));
    assertThat(RepairedStore.bytes(folder)).isEqualTo(before);
    return status;
  }

  static int run(Path folder, Path target) {
    return Main.run("repair", "--data", folder.toString(), "--to", target.toString());
  }

  static Path target(Path folder) {
    return folder.resolveSibling(folder.getFileName() + "-repaired");
  }

  static RepairedStore.Found found(Path folder) {
    return RepairedStore.read(target(folder), agent);
  }

  static RepairedStore.Found requireConsistent(Path folder) throws IOException {
    RepairedStore.Found found = found(folder);
    assertThat(found.sessions()).isLessThanOrEqualTo(SESSIONS);
    assertThat(found.messages() + found.placeholders()).isLessThanOrEqualTo(MESSAGES);
    assertThat(found.placeholders() > 0)
        .isEqualTo(report(folder).stream().anyMatch(l -> l.contains("\"kind\":\"messages\"")));
    return found;
  }

  static List<String> report(Path folder) throws IOException {
    return Files.readAllLines(target(folder).resolve(RepairedFolder.REPORT));
  }

  Path copy(Path source) throws IOException {
    Path folder = Files.createTempDirectory(temp, "data");
    DamagedFolders.copy(source, folder);
    Files.copy(source.resolve("parley.lock"), folder.resolve("parley.lock"));
    return folder;
  }

  static Path newestLog(Path folder) throws IOException {
    List<Path> logs = DamagedFolders.logs(folder);
    return logs.get(logs.size() - 1);
  }

  static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
  }

  static void truncate(Path file, long size) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) size));
  }
}
