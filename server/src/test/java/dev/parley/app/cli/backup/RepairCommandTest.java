package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.app.Main;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.WriteBatch;

/** {@code parley repair}: its arguments, and damage after which nothing is missing. */
class RepairCommandTest extends RepairCases {
  /** Damage after which everything can be read. */
  enum Harmless {
    NONE {
      @Override
      void apply(Path folder) {}
    },
    CURRENT_MISSING {
      @Override
      void apply(Path folder) throws IOException {
        Files.delete(RocksDbFolder.filesOf(folder).resolve("CURRENT"));
      }
    },
    CURRENT_NAMES_NO_FILE {
      @Override
      void apply(Path folder) throws IOException {
        Files.writeString(RocksDbFolder.filesOf(folder).resolve("CURRENT"), "MANIFEST-999999\n");
      }
    },
    OPTIONS_MISSING {
      @Override
      void apply(Path folder) throws IOException {
        for (Path file : DamagedFolders.files(folder, "OPTIONS-")) {
          Files.delete(file);
        }
      }
    };

    abstract void apply(Path folder) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void repair_harmlessDamage_losesNothing(Harmless damage) throws IOException {
    for (Path source : List.of(inLogs, inTables)) {
      Path folder = copy(source);
      damage.apply(folder);

      assertThat(repair(folder)).isEqualTo(0);

      assertThat(found(folder)).isEqualTo(EVERYTHING);
      assertThat(report(folder)).isEmpty();
    }
  }

  /** Damage to the list of tables, after which it is made again from the tables. */
  enum Manifest {
    MISSING {
      @Override
      void apply(Path manifest) throws IOException {
        Files.delete(manifest);
      }
    },
    EMPTY {
      @Override
      void apply(Path manifest) throws IOException {
        truncate(manifest, 0);
      }
    },
    CUT {
      @Override
      void apply(Path manifest) throws IOException {
        truncate(manifest, Files.size(manifest) * 2 / 3);
      }
    },
    BIT {
      @Override
      void apply(Path manifest) throws IOException {
        flip(manifest, Files.size(manifest) / 2);
      }
    };

    abstract void apply(Path manifest) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void repair_damagedManifest_everythingIsThere(Manifest damage) throws IOException {
    for (Path source : List.of(inLogs, inTables)) {
      Path folder = copy(source);
      damage.apply(DamagedFolders.files(folder, "MANIFEST-").get(0));

      assertThat(repair(folder)).isEqualTo(1);

      assertThat(found(folder)).isEqualTo(EVERYTHING);
      assertThat(report(folder)).singleElement().asString().contains("\"kind\":\"file\"");
    }
  }

  @Test
  void repair_deletedAndClearedMessages_stayDeleted() throws IOException {
    Path folder = temp.resolve("deleted");
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      SampleData.fill(store, 1, 9, 30);
    }

    assertThat(repair(folder)).isZero();

    assertThat(report(folder)).isEmpty();
    assertThat(CheckFindings.of(RocksDbFolder.take(target(folder)))).isEmpty();
    assertThat(sessions(target(folder)))
        .isEqualTo(sessions(folder))
        .anyMatch(Session::hasDeletedRows)
        .anyMatch(session -> session.counts().clearedSequence() > 0);
  }

  @Test
  void repair_lostMetadata_keepsTheSession() throws Exception {
    Path folder = temp.resolve("metadata");
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      SampleData.fill(store, 1, 3, 5);
    }
    List<Session> before = sessions(folder);
    try (Database database = new Database(RocksDbFolder.filesOf(folder), 0);
        WriteBatch batch = new WriteBatch()) {
      for (Session session : before) {
        batch.delete(
            database.handle(ColumnFamily.DETAILS),
            Keys.session(session.agentId(), session.sessionId()));
      }
      database.write(batch);
    }

    assertThat(repair(folder)).isEqualTo(1);

    assertThat(report(folder))
        .singleElement()
        .asString()
        .contains("The origin and metadata of the session are lost.");
    List<Session> after = sessions(target(folder));
    assertThat(after)
        .extracting(Session::sessionId, Session::headSequence, Session::archiveTime)
        .containsExactlyElementsOf(
            before.stream()
                .map(s -> tuple(s.sessionId(), s.headSequence(), s.archiveTime()))
                .toList());
    assertThat(after).allMatch(s -> s.profile().metadata().equals(Json.EMPTY_OBJECT));
    assertThat(before).anyMatch(s -> !s.profile().metadata().equals(Json.EMPTY_OBJECT));
  }

  private static List<Session> sessions(Path folder) {
    try (TransferableStore store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      UUID agentId =
          store
              .listAgents(new AgentQuery(null, null, 10), Cancellation.NONE)
              .join()
              .get(0)
              .agentId();
      return store.transfer().listSessions(agentId, null, 100).join();
    }
  }

  @Test
  void repair_noDatabaseFiles_createsNothing() throws IOException {
    Path folder = copy(inTables);
    DamagedFolders.delete(RocksDbFolder.filesOf(folder));

    assertThat(repair(folder)).isEqualTo(2);

    assertThat(target(folder)).doesNotExist();
  }

  @Test
  void repair_otherFiles_areCopied() throws IOException {
    Path folder = copy(inTables);
    Files.createDirectories(folder.resolve("tls"));
    Files.writeString(folder.resolve("tls/server.pem"), "certificate");

    assertThat(repair(folder)).isEqualTo(0);

    assertThat(target(folder).resolve("root.key"))
        .hasSameBinaryContentAs(folder.resolve("root.key"));
    assertThat(target(folder).resolve("tls/server.pem")).hasContent("certificate");
  }

  @Test
  void repair_targetNotEmptyOrInside_isRefused() throws IOException {
    Path folder = copy(inTables);
    Path full = Files.createDirectories(temp.resolve("full"));
    Files.writeString(full.resolve("file"), "");

    assertThat(run(folder, full)).isEqualTo(2);
    assertThat(run(folder, folder.resolve("inside"))).isEqualTo(2);
    assertThat(run(folder, folder)).isEqualTo(2);
    assertThat(run(temp.resolve("none"), temp.resolve("new"))).isEqualTo(2);
    assertThat(temp.resolve("new")).doesNotExist();
  }

  @Test
  void repair_folderInUse_isRefused() throws IOException {
    Path folder = copy(inTables);
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      assertThat(run(folder, target(folder))).isEqualTo(2);
    }
    assertThat(target(folder)).doesNotExist();
  }

  @Test
  void repair_existingEmptyTargetAndReport_areUsed() throws IOException {
    Path folder = copy(inTables);
    Path target = Files.createDirectories(target(folder));
    Path report = temp.resolve("report.jsonl");
    Files.delete(DamagedFolders.files(folder, "MANIFEST-").get(0));

    int status =
        Main.run(
            "repair",
            "--data",
            folder.toString(),
            "--to",
            target.toString(),
            "--report",
            report.toString());

    assertThat(status).isEqualTo(1);
    assertThat(report).content().hasLineCount(1);
    assertThat(RepairedStore.read(target, agent)).isEqualTo(EVERYTHING);
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith(".parley-"));
    }
  }
}
