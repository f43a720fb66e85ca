package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.CompressionType;
import org.rocksdb.ConfigOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.OptionsUtil;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** The disk usage of an embedded store that is not open. */
final class StoreFiles {
  private final Path database;

  /** Creates an instance for the store in a data folder. */
  StoreFiles(Path data) {
    database = data.resolve("rocksdb");
  }

  /** The total size of the files in bytes. */
  long bytes() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(database)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /** Rewrites the store with its own options. */
  void compact() throws RocksDBException {
    try (DBOptions options = new DBOptions()) {
      rewrite(options, latest(options));
    }
  }

  /** Rewrites the store without compression; the other options stay. */
  void decompress() throws RocksDBException {
    try (DBOptions options = new DBOptions()) {
      List<ColumnFamilyDescriptor> families = latest(options);
      families.forEach(
          family ->
              family
                  .getOptions()
                  .setCompressionType(CompressionType.NO_COMPRESSION)
                  .setBottommostCompressionType(CompressionType.NO_COMPRESSION));
      rewrite(options, families);
    }
  }

  private List<ColumnFamilyDescriptor> latest(DBOptions options) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (ConfigOptions config = new ConfigOptions()) {
      OptionsUtil.loadLatestOptions(config, database.toString(), options, families);
    }
    return families;
  }

  private void rewrite(DBOptions options, List<ColumnFamilyDescriptor> families)
      throws RocksDBException {
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    try (RocksDB db = RocksDB.open(options, database.toString(), families, opened);
        CompactRangeOptions whole =
            new CompactRangeOptions()
                .setBottommostLevelCompaction(BottommostLevelCompaction.kForce)) {
      for (ColumnFamilyHandle family : opened) {
        db.compactRange(family, null, null, whole);
      }
      opened.forEach(ColumnFamilyHandle::close);
    } finally {
      families.forEach(family -> family.getOptions().close());
    }
  }

  /** Deletes a folder and its contents. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
