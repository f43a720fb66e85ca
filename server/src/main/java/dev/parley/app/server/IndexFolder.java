package dev.parley.app.server;

import dev.parley.search.DamagedIndexException;
import dev.parley.search.SearchIndex;
import dev.parley.search.SearchIndexException;
import dev.parley.search.lucene.LuceneIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the search index of an embedded store.
 *
 * @param path the folder
 */
public record IndexFolder(Path path) {
  private static final Logger log = LoggerFactory.getLogger(IndexFolder.class);

  /** The folder of the index in a data folder. */
  public static IndexFolder of(Path data) {
    return new IndexFolder(data.resolve("search"));
  }

  /**
   * Opens the index. A damaged index, or one of another version, is replaced by an empty one.
   *
   * @param executor runs searches
   * @throws SearchIndexException if the folder cannot be used
   */
  public SearchIndex open(Executor executor) {
    create();
    try {
      return LuceneIndex.open(path, executor);
    } catch (DamagedIndexException e) {
      log.warn(
          "The search index in {} cannot be used and is built again from the store: {}",
          path,
          e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      delete();
      create();
      return LuceneIndex.open(path, executor);
    }
  }

  /** Creates the folder for the user of the server alone, because it has words of messages. */
  private void create() {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      if (posix) {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(path);
      }
    } catch (IOException e) {
      throw new SearchIndexException("The folder " + path + " cannot be created.", e);
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new SearchIndexException("The search index in " + path + " cannot be deleted.", e);
    }
  }
}
