package dev.parley.storage.rocksdb.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Store;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.CheckFindings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.RocksDBException;

/**
 * Damage to the files of a store whose process was killed. The store has two logs and a table file,
 * and every append was acknowledged.
 */
class DamageTest {
  @TempDir static Path shared;
  private static Path crashed;
  private static Agent agent;

  @TempDir Path temp;

  @BeforeAll
  static void crash() throws IOException {
    Path running = shared.resolve("running");
    crashed = shared.resolve("crashed");
    try (Store store = RocksDbStores.open(running, RocksDbSettings.DEFAULTS)) {
      agent = DamagedFolders.fill(store);
      // A copy of the files is what a killed process leaves behind.
      DamagedFolders.copy(running, crashed);
    }
    assertThat(DamagedFolders.logs(crashed)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(DamagedFolders.tables(crashed)).isNotEmpty();
  }

  /** Damage that prevents the start. */
  enum Fatal {
    NEWEST_LOG_BIT_IN_MIDDLE("\\d+\\.log is damaged at byte [\\d,]+\\. Recent") {
      @Override
      void apply(Path folder) throws IOException {
        flip(newestLog(folder), size(newestLog(folder)) / 2);
      }
    },
    NEWEST_LOG_BIT_IN_LAST_RECORD("\\d+\\.log is damaged at byte") {
      @Override
      void apply(Path folder) throws IOException {
        flip(newestLog(folder), size(newestLog(folder)) - 3);
      }
    },
    NEWEST_LOG_LENGTH_FIELD("\\d+\\.log is damaged at byte 0\\.") {
      @Override
      void apply(Path folder) throws IOException {
        flip(newestLog(folder), 5);
      }
    },
    NEWEST_LOG_LAST_RECORD_INCOMPLETE(
        "\\d+\\.log is incomplete, or .* acknowledged changes are lost") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(newestLog(folder), size(newestLog(folder)) - 7);
      }
    },
    NEWEST_LOG_HALF("\\d+\\.log is incomplete, or") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(newestLog(folder), size(newestLog(folder)) / 2);
      }
    },
    NEWEST_LOG_EMPTY("\\d+\\.log is incomplete, or") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(newestLog(folder), 0);
      }
    },
    NEWEST_LOG_MISSING("\\d+\\.log is incomplete, or a newer log is missing") {
      @Override
      void apply(Path folder) throws IOException {
        Files.delete(newestLog(folder));
      }
    },
    NEWEST_LOG_ZEROS_IN_MIDDLE("\\d+\\.log is damaged at byte") {
      @Override
      void apply(Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(newestLog(folder));
        Arrays.fill(bytes, bytes.length / 3, bytes.length / 3 + 512, (byte) 0);
        Files.write(newestLog(folder), bytes);
      }
    },
    OLDER_LOG_BIT("\\d+\\.log is damaged at byte") {
      @Override
      void apply(Path folder) throws IOException {
        flip(oldestLog(folder), size(oldestLog(folder)) / 2);
      }
    },
    OLDER_LOG_MISSING("\\d+\\.log is missing\\. Recent changes") {
      @Override
      void apply(Path folder) throws IOException {
        Files.delete(oldestLog(folder));
      }
    },
    OLDER_LOG_TRUNCATED("\\d+\\.log is shorter than when it was closed") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(oldestLog(folder), size(oldestLog(folder)) / 2);
      }
    },
    ALL_LOGS_MISSING("\\d+\\.log is missing") {
      @Override
      void apply(Path folder) throws IOException {
        for (Path log : DamagedFolders.logs(folder)) {
          Files.delete(log);
        }
      }
    },
    TABLE_MISSING("\\d+\\.sst is missing\\. A part of the data") {
      @Override
      void apply(Path folder) throws IOException {
        Files.delete(table(folder));
      }
    },
    TABLE_TRUNCATED("\\d+\\.sst is damaged\\. A part of the data") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(table(folder), size(table(folder)) / 2);
      }
    },
    TABLE_EMPTY("\\d+\\.sst is damaged\\. A part of the data") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(table(folder), 0);
      }
    },
    MANIFEST_MISSING("MANIFEST-\\d+ is missing\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        Files.delete(manifest(folder));
      }
    },
    MANIFEST_BIT("MANIFEST-\\d+ is damaged\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        flip(manifest(folder), size(manifest(folder)) / 2);
      }
    },
    MANIFEST_EMPTY("MANIFEST-\\d+ is shorter than it was, by [\\d,]+ bytes\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(manifest(folder), 0);
      }
    },
    CURRENT_MISSING("CURRENT is missing\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        Files.delete(database(folder).resolve("CURRENT"));
      }
    },
    CURRENT_EMPTY("CURRENT is damaged\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        truncate(database(folder).resolve("CURRENT"), 0);
      }
    },
    CURRENT_NAMES_NO_FILE("MANIFEST-\\d+ is missing\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        Files.writeString(database(folder).resolve("CURRENT"), "MANIFEST-999999\n");
      }
    },
    DATABASE_FOLDER_EMPTY("CURRENT is missing\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        DamagedFolders.delete(database(folder));
        Files.createDirectory(database(folder));
      }
    },
    DATABASE_FOLDER_MISSING("CURRENT is missing\\. All data") {
      @Override
      void apply(Path folder) throws IOException {
        DamagedFolders.delete(database(folder));
      }
    };

    private final String message;

    Fatal(String message) {
      this.message = message;
    }

    abstract void apply(Path folder) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void open_damagedFile_failsNamingTheFileAndChangesNothing(Fatal damage) throws IOException {
    Path folder = damaged(damage);
    String before = DamagedFolders.fingerprint(folder);

    assertThatThrownBy(() -> RocksDbStores.open(folder, RocksDbSettings.DEFAULTS))
        .isInstanceOf(DamagedStoreException.class)
        .message()
        .startsWith("the store in " + folder + " is damaged: rocksdb")
        .containsPattern(damage.message)
        .endsWith(
            " Restore a backup with 'parley restore', or save what can be read with"
                + " 'parley repair'.")
        .hasLineCount(1);
    assertThat(DamagedFolders.fingerprint(folder)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DATABASE_FOLDER_MISSING")
  void check_damagedFile_failsNamingTheFile(Fatal damage) throws IOException {
    Path folder = damaged(damage);

    assertThatThrownBy(() -> RocksDbFolder.take(folder).close())
        .isInstanceOf(DamagedStoreException.class)
        .message()
        .containsPattern(damage.message);
  }

  /** Damage that loses nothing. */
  enum Harmless {
    NONE {
      @Override
      void apply(Path folder) {}
    },
    /** A write that was interrupted before its caller got an answer. */
    INCOMPLETE_RECORD_AT_END {
      @Override
      void apply(Path folder) throws IOException {
        Path log = newestLog(folder);
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, 40), StandardOpenOption.APPEND);
      }
    },
    ZEROS_AT_END {
      @Override
      void apply(Path folder) throws IOException {
        Files.write(newestLog(folder), new byte[5_000], StandardOpenOption.APPEND);
      }
    },
    OPTIONS_MISSING {
      @Override
      void apply(Path folder) throws IOException {
        for (Path file : DamagedFolders.files(folder, "OPTIONS-")) {
          Files.delete(file);
        }
      }
    },
    OPTIONS_DAMAGED {
      @Override
      void apply(Path folder) throws IOException {
        for (Path file : DamagedFolders.files(folder, "OPTIONS-")) {
          truncate(file, 10);
        }
      }
    },
    IDENTITY_MISSING {
      @Override
      void apply(Path folder) throws IOException {
        Files.deleteIfExists(database(folder).resolve("IDENTITY"));
      }
    },
    COMMIT_MARKER_MISSING {
      @Override
      void apply(Path folder) throws IOException {
        Files.delete(folder.resolve(CommitMarker.FILE));
      }
    },
    COMMIT_MARKER_DAMAGED {
      @Override
      void apply(Path folder) throws IOException {
        Files.write(folder.resolve(CommitMarker.FILE), new byte[] {1, 2, 3});
      }
    };

    abstract void apply(Path folder) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void open_harmlessDamage_hasEveryMessage(Harmless damage) throws IOException {
    Path folder = temp.resolve("data");
    DamagedFolders.copy(crashed, folder);
    damage.apply(folder);

    // Twice, because the first start may have left something behind.
    for (int i = 0; i < 2; i++) {
      try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
        assertThat(DamagedFolders.messages(store, agent)).isEqualTo(DamagedFolders.MESSAGES);
      }
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
  }

  @Test
  void explain_currentVanishes_namesIt() throws IOException {
    Path folder = temp.resolve("data");
    DamagedFolders.copy(crashed, folder);
    // Nothing else is damaged, so the manifest is looked up.
    Files.write(newestLog(folder), new byte[0]);
    Files.delete(database(folder).resolve("CURRENT"));
    RocksDBException cause = new RocksDBException("Corruption of an unknown file");
    SessionException failed = new SessionException(ErrorReason.DATA_DAMAGED, "damaged", cause);

    assertThat(new Recovery(folder, database(folder)).explain(failed))
        .hasMessageContaining("rocksdb/CURRENT is missing. All data is affected");
  }

  private Path damaged(Fatal damage) throws IOException {
    Path folder = temp.resolve("data");
    DamagedFolders.copy(crashed, folder);
    damage.apply(folder);
    return folder;
  }

  private static Path database(Path folder) {
    return RocksDbFolder.filesOf(folder);
  }

  private static Path newestLog(Path folder) throws IOException {
    Stream<Path> logs = DamagedFolders.logs(folder).stream();
    return logs.reduce((first, second) -> second).orElseThrow();
  }

  private static Path oldestLog(Path folder) throws IOException {
    return DamagedFolders.logs(folder).get(0);
  }

  private static Path table(Path folder) throws IOException {
    return DamagedFolders.tables(folder).get(0);
  }

  private static Path manifest(Path folder) throws IOException {
    return DamagedFolders.files(folder, "MANIFEST-").get(0);
  }

  private static long size(Path file) throws IOException {
    return Files.size(file);
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
  }

  private static void truncate(Path file, long size) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) size));
  }
}
