package dev.parley.storage.rocksdb.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.storage.Store;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a newer version of RocksDB wrote are not called damaged. */
class NewerFormatTest {
  private static final int HEADER_BYTES = 7;
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_SHIFT = 15;
  private static final byte FULL = 1;

  /** Before the magic number at the end of a table. */
  private static final int VERSION_BEFORE_END = 12;

  @TempDir Path folder;

  @BeforeEach
  void fill() {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      assertThat(store.createAgent(Agents.of("acme"), AuditContexts.any()).join()).isNotNull();
    }
    // Writes the logs to tables.
    RocksDbStores.open(folder, RocksDbSettings.DEFAULTS).close();
  }

  @Test
  void open_manifestWithUnknownRecord_saysThatItIsNewer() throws IOException {
    // Tag 4,000 as a varint, followed by a value.
    Files.write(manifest(), record(new byte[] {(byte) 0xa0, 0x1f, 1}), StandardOpenOption.APPEND);

    assertThatThrownBy(() -> RocksDbStores.open(folder, RocksDbSettings.DEFAULTS).close())
        .isInstanceOf(StoreUnavailableException.class)
        .isNotInstanceOf(DamagedStoreException.class)
        .hasMessageContaining("written by a newer version of RocksDB")
        .message()
        .hasLineCount(1);
    assertThatThrownBy(() -> RocksDbFolder.take(folder).close())
        .isInstanceOf(StoreUnavailableException.class)
        .isNotInstanceOf(DamagedStoreException.class)
        .hasMessageContaining("written by a newer version of RocksDB");
  }

  @Test
  void open_tableOfUnknownFormat_saysThatItMayBeNewer() throws IOException {
    for (Path table : DamagedFolders.tables(folder)) {
      byte[] bytes = Files.readAllBytes(table);
      bytes[bytes.length - VERSION_BEFORE_END] = 99;
      Files.write(table, bytes);
    }

    assertThatThrownBy(() -> RocksDbStores.open(folder, RocksDbSettings.DEFAULTS).close())
        .isInstanceOf(DamagedStoreException.class)
        .message()
        .containsPattern("\\d+\\.sst is damaged, or was written by a newer version of RocksDB\\.");
  }

  private Path manifest() throws IOException {
    Path files = RocksDbFolder.filesOf(folder);
    return files.resolve(Files.readString(files.resolve("CURRENT")).strip());
  }

  private static byte[] record(byte[] payload) {
    CRC32C checksum = new CRC32C();
    checksum.update(FULL);
    checksum.update(payload);
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Integer.rotateRight((int) checksum.getValue(), MASK_SHIFT) + MASK_DELTA)
        .putShort((short) payload.length)
        .put(FULL)
        .put(payload)
        .array();
  }
}
