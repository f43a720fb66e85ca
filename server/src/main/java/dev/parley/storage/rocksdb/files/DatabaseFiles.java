package dev.parley.storage.rocksdb.files;

import dev.parley.storage.FrozenStore;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.migration.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a database that no process writes to.
 *
 * @param onClose releases the files
 */
public record DatabaseFiles(List<Path> files, StoreCounts counts, int layout, Closing onClose)
    implements FrozenStore {

  /** The names of database files, except locks and log files for people. */
  private static final Pattern NAME =
      Pattern.compile("CURRENT|IDENTITY|(MANIFEST|OPTIONS)-\\d{1,20}|\\d{1,20}\\.(sst|log|blob)");

  /** Releases files. */
  public interface Closing {
    void close() throws IOException;
  }

  /** The files of {@code folder}, which {@code database} opened read-only. */
  public static DatabaseFiles of(Path folder, Database database, Closing onClose)
      throws IOException {
    return new DatabaseFiles(list(folder), StoreTotals.of(database), Layout.of(database), onClose);
  }

  /** Whether a database may have a file of this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> isName(Objects.requireNonNull(file.getFileName()).toString()))
          .sorted()
          .toList();
    }
  }

  /** Deletes a folder with its contents, if it exists. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    onClose.close();
  }
}
