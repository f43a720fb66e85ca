package dev.parley.storage.rocksdb.repair;

import dev.parley.storage.rocksdb.files.DatabaseFiles;
import dev.parley.storage.rocksdb.recovery.CommitMarker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The files of a damaged store, which are only read.
 *
 * @param dataFolder the data folder
 * @param databaseFolder the folder of the database within it
 */
record OriginalFiles(Path dataFolder, Path databaseFolder) {

  /** Whether there is, or was, a database. */
  boolean exist() {
    return Files.exists(databaseFolder) || Files.exists(dataFolder.resolve(CommitMarker.FILE));
  }

  /**
   * Copies the database and its commit marker to a new data folder, and returns that.
   *
   * @param losses receives files that cannot be copied
   */
  Path copyTo(Path target, Loss.Receiver losses) throws IOException {
    Path database = Files.createDirectories(target.resolve(DamagedDatabase.FOLDER));
    if (Files.exists(databaseFolder)) {
      for (Path file : list(databaseFolder)) {
        copyOrReport(file, database.resolve(nameOf(file)), losses);
      }
    }
    Path marker = dataFolder.resolve(CommitMarker.FILE);
    if (Files.exists(marker)) {
      copyOrReport(marker, target.resolve(CommitMarker.FILE), losses);
    }
    return target;
  }

  /** A disk error in one file must not prevent the repair of the others. */
  private void copyOrReport(Path from, Path to, Loss.Receiver losses) throws IOException {
    try {
      copy(from, to);
    } catch (IOException e) {
      Files.deleteIfExists(to);
      if (isReadable(from)) {
        throw e;
      }
      losses.lost(
          Loss.ofFile(
              dataFolder.relativize(from).toString(),
              "The file cannot be copied: " + e.getMessage() + "."));
    }
  }

  private static boolean isReadable(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Tables never change, so a link is enough. Everything else may be rewritten. */
  static void copy(Path from, Path to) throws IOException {
    if (from.toString().endsWith(TableFile.SUFFIX)) {
      try {
        Files.createLink(to, from);
        return;
      } catch (IOException | UnsupportedOperationException e) {
        // Another file system, or one without links.
      }
    }
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** The files of a database, without locks and log files for people. */
  static List<Path> list(Path databaseFolder) throws IOException {
    try (Stream<Path> files = Files.list(databaseFolder)) {
      return files.filter(file -> DatabaseFiles.isName(nameOf(file))).sorted().toList();
    }
  }

  static String nameOf(Path file) {
    return Objects.requireNonNull(file.getFileName()).toString();
  }
}
