package dev.parley.storage.rocksdb.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.storage.Store;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.CheckFindings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A manifest that was cut, or whose last records are damaged. RocksDB takes these for the end of
 * the manifest, and would delete the tables that are listed after it.
 */
class ManifestDamageTest {
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_AT = 4;
  private static final int STARTS = 5;

  @TempDir static Path shared;
  private static Agent agent;

  @TempDir Path temp;

  /** How the process ended. */
  enum End {
    KILLED,
    CLOSED;

    Path folder() {
      return shared.resolve(name());
    }
  }

  @BeforeAll
  static void fill() throws IOException {
    Path running = shared.resolve("running");
    for (int i = 0; i < STARTS; i++) {
      Path killed = shared.resolve("killed-" + i);
      try (Store store = RocksDbStores.open(running, RocksDbSettings.DEFAULTS)) {
        agent = DamagedFolders.fill(store);
        DamagedFolders.copyRunning(running, killed);
      }
      // Each start writes the logs to tables, so that tables are compacted.
      DamagedFolders.delete(running);
      DamagedFolders.copy(killed, running);
    }
    DamagedFolders.copy(running, End.KILLED.folder());
    DamagedFolders.copy(running, End.CLOSED.folder());
    RocksDbStores.open(End.CLOSED.folder(), RocksDbSettings.DEFAULTS).close();
    for (End end : End.values()) {
      assertThat(DamagedFolders.tables(end.folder())).hasSizeGreaterThan(3);
      assertThat(records(manifest(end.folder()))).hasSizeGreaterThan(20);
    }
  }

  @ParameterizedTest
  @EnumSource
  void open_manifestCutAtAnyRecord_losesNothing(End end) throws IOException {
    Path folder = copy(end);
    Path manifest = manifest(folder);
    long known = ManifestMark.read(folder).bytes();
    assertThat(known).isGreaterThan(0);
    int refused = 0;
    for (long length : cuts(manifest)) {
      truncate(manifest, length);
      if (length < known) {
        requireRefused(folder);
        refused++;
      } else {
        requireComplete(folder);
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  @ParameterizedTest
  @EnumSource
  void open_damagedLengthOfAnyRecord_isRefused(End end) throws IOException {
    Path folder = copy(end);
    Path manifest = manifest(folder);
    long known = ManifestMark.read(folder).bytes();
    byte[] bytes = Files.readAllBytes(manifest);
    for (int record : records(manifest)) {
      if (record < known) {
        // A record that ends after the file looks like an incomplete one.
        byte[] damaged = bytes.clone();
        damaged[record + LENGTH_AT + 1] ^= 0x40;
        Files.write(manifest, damaged);
        requireRefused(folder);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void open_endOfManifestZeroed_isRefused(End end) throws IOException {
    Path folder = copy(end);
    Path manifest = manifest(folder);
    byte[] bytes = Files.readAllBytes(manifest);
    Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
    Files.write(manifest, bytes);

    requireRefused(folder);
  }

  @ParameterizedTest
  @EnumSource
  void open_olderManifest_isRefused(End end) throws IOException {
    Path folder = copy(end);
    Files.move(manifest(folder), RocksDbFolder.filesOf(folder).resolve("MANIFEST-000001"));
    Files.writeString(RocksDbFolder.filesOf(folder).resolve("CURRENT"), "MANIFEST-000001\n");

    requireRefused(folder);
  }

  @ParameterizedTest
  @EnumSource
  void open_markerMissingAndColumnFamiliesCutOff_isRefused(End end) throws IOException {
    Path folder = copy(end);
    Files.delete(folder.resolve(CommitMarker.FILE));
    Path manifest = manifest(folder);
    truncate(manifest, records(manifest).get(5));

    requireRefused(folder);
  }

  @ParameterizedTest
  @EnumSource
  void open_manifestOfNewerStart_isAccepted(End end) throws IOException {
    Path folder = copy(end);
    byte[] older = Files.readAllBytes(folder.resolve(CommitMarker.FILE));
    RocksDbStores.open(folder, RocksDbSettings.DEFAULTS).close();
    Files.write(folder.resolve(CommitMarker.FILE), older);

    requireComplete(folder);
  }

  private static void requireRefused(Path folder) throws IOException {
    String before = DamagedFolders.fingerprint(folder);
    String name = "rocksdb/MANIFEST-";
    assertThatThrownBy(() -> RocksDbStores.open(folder, RocksDbSettings.DEFAULTS).close())
        .isInstanceOf(DamagedStoreException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("'parley restore'")
        .hasMessageContaining("'parley repair'")
        .message()
        .hasLineCount(1);
    assertThatThrownBy(() -> RocksDbFolder.take(folder).close())
        .isInstanceOf(DamagedStoreException.class)
        .hasMessageContaining(name);
    assertThat(DamagedFolders.fingerprint(folder)).isEqualTo(before);
  }

  private void requireComplete(Path folder) throws IOException {
    Path copy = Files.createTempDirectory(temp, "complete");
    DamagedFolders.copy(folder, copy);
    try (Store store = RocksDbStores.open(copy, RocksDbSettings.DEFAULTS)) {
      assertThat(DamagedFolders.messages(store, agent)).isEqualTo(DamagedFolders.MESSAGES);
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(copy))).isEmpty();
  }

  private Path copy(End end) throws IOException {
    Path folder = temp.resolve("data");
    DamagedFolders.copy(end.folder(), folder);
    return folder;
  }

  private static Path manifest(Path folder) throws IOException {
    String current = Files.readString(RocksDbFolder.filesOf(folder).resolve("CURRENT"));
    return RocksDbFolder.filesOf(folder).resolve(current.strip());
  }

  /** Lengths at the start of each record, in its header and in its contents; longest first. */
  private static List<Long> cuts(Path manifest) throws IOException {
    List<Long> cuts = new ArrayList<>();
    for (long record : records(manifest)) {
      cuts.addAll(List.of(record, record + 3, record + HEADER_BYTES + 1));
    }
    cuts.add(Files.size(manifest) - 1);
    Collections.sort(cuts, Collections.reverseOrder());
    return cuts;
  }

  /** Where the records of a manifest of one block start. */
  private static List<Integer> records(Path manifest) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(manifest)).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> records = new ArrayList<>();
    for (int at = 0; at < bytes.limit(); ) {
      records.add(at);
      at += HEADER_BYTES + Short.toUnsignedInt(bytes.getShort(at + LENGTH_AT));
    }
    return records;
  }

  private static void truncate(Path file, long length) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) length));
  }
}
