package dev.parley.storage.rocksdb.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Role;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.CheckFindings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One flipped bit in each table file of a store, which RocksDB does not read at the start. */
class DamagedTableTest {
  @TempDir static Path shared;
  private static Path healthy;
  private static Agent agent;

  @TempDir Path temp;

  @BeforeAll
  static void fill() throws IOException {
    Path running = shared.resolve("running");
    healthy = shared.resolve("healthy");
    try (Store store = RocksDbStores.open(running, RocksDbSettings.DEFAULTS)) {
      agent = DamagedFolders.fill(store);
      DamagedFolders.copy(running, healthy);
    }
    // Recovery writes the contents of the logs to tables.
    RocksDbStores.open(healthy, RocksDbSettings.DEFAULTS).close();
    assertThat(DamagedFolders.tables(healthy)).hasSizeGreaterThan(3);
  }

  @Test
  void everyDamagedTable_isReportedAtTheStartOrByReads() throws IOException {
    List<String> failedReads = new ArrayList<>();
    for (Path table : DamagedFolders.tables(healthy)) {
      String name = table.getFileName().toString();
      Path folder = damaged(name);
      try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
        for (int i = 0; i < DamagedFolders.SESSIONS; i++) {
          if (!isReadable(store, "k" + i)) {
            failedReads.add(name);
          }
        }
      } catch (DamagedStoreException e) {
        assertThat(e.file()).isEqualTo("rocksdb/" + name);
      }
    }
    assertThat(failedReads).isNotEmpty();
  }

  @Test
  void check_everyDamagedTable_isFound() throws IOException {
    for (Path table : DamagedFolders.tables(healthy)) {
      String name = table.getFileName().toString();
      Path folder = damaged(name);
      List<String> findings;
      try {
        findings = CheckFindings.of(RocksDbFolder.take(folder));
      } catch (DamagedStoreException e) {
        findings = List.of(e.file());
      }
      assertThat(findings).anyMatch(finding -> finding.contains(name));
    }
  }

  private static boolean isReadable(Store store, String key) {
    MessageQuery query =
        new MessageQuery(
            new SessionRef.ByKey(agent.agentId(), key, null),
            false,
            EnumSet.allOf(Role.class),
            null,
            0,
            DamagedFolders.MESSAGES,
            Long.MAX_VALUE);
    try {
      return store.listMessages(query, Cancellation.NONE).join().isPresent();
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(SessionException.class);
      assertThat(((SessionException) e.getCause()).reason()).isEqualTo(ErrorReason.DATA_DAMAGED);
      return false;
    }
  }

  private Path damaged(String table) throws IOException {
    Path folder = Files.createTempDirectory(temp, "data");
    DamagedFolders.copy(healthy, folder);
    Path file = RocksDbFolder.filesOf(folder).resolve(table);
    byte[] bytes = Files.readAllBytes(file);
    // The first data block. The end of the file has the index and the properties.
    bytes[20] ^= 1;
    Files.write(file, bytes);
    return folder;
  }
}
