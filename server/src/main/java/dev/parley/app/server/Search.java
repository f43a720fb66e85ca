package dev.parley.app.server;

import dev.parley.config.Settings;
import dev.parley.core.page.PageTokens;
import dev.parley.core.search.MessageSearch;
import dev.parley.search.IndexedStore;
import dev.parley.search.SearchIndex;
import dev.parley.search.SearchIndexException;
import dev.parley.search.follow.ChangeQueue;
import dev.parley.search.follow.IndexFollower;
import dev.parley.search.lucene.LuceneIndex;
import dev.parley.storage.Store;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and ends everything that searches messages. */
final class Search {
  private static final Logger log = LoggerFactory.getLogger(Search.class);
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 64;

  private final ThreadPoolExecutor executor;
  private final IndexFollower follower;
  private final MessageSearch search;

  /**
   * Creates the search of a store.
   *
   * @param store the store, which reports its changes to the queue
   * @param inner the store itself
   * @param queue is told of all changes of the store
   */
  Search(
      Store store,
      Store inner,
      ChangeQueue queue,
      Settings settings,
      PageTokens tokens,
      Clock clock,
      MeterRegistry metrics) {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            task -> {
              Thread thread = new Thread(task, "parley-search-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    Path folder = settings.data().resolve("search");
    Supplier<SearchIndex> opener =
        inner instanceof IndexedStore indexed ? indexed::openIndex : () -> open(folder);
    follower = new IndexFollower(store, queue, opener, clock);
    search = new MessageSearch(store, tokens, follower, executor);
    Gauge.builder(
            "parley.search.lag",
            () -> Duration.between(follower.indexedThrough(), clock.instant()).toMillis() / 1e3)
        .baseUnit("seconds")
        .description("The age of the newest change that searches may not find yet.")
        .strongReference(true)
        .register(metrics);
  }

  /** Opens the index. A damaged index, or one of another version, is replaced by an empty one. */
  private SearchIndex open(Path folder) {
    createFolder(folder);
    try {
      return LuceneIndex.open(folder, executor);
    } catch (SearchIndexException e) {
      log.warn(
          "The search index in {} cannot be used and is built again from the store: {}",
          folder,
          e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      delete(folder);
      createFolder(folder);
      return LuceneIndex.open(folder, executor);
    }
  }

  /** Creates the folder for the user of the server alone, because it contains words of messages. */
  private static void createFolder(Path folder) {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      if (posix) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new SearchIndexException("The folder " + folder + " cannot be created.", e);
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new SearchIndexException("The search index in " + folder + " cannot be deleted.", e);
    }
  }

  MessageSearch useCase() {
    return search;
  }

  void start() {
    follower.start();
  }

  /** Makes the index complete. Nothing must be written to the store from now on. */
  void close() {
    follower.close();
    executor.shutdownNow();
  }
}
