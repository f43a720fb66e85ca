package dev.parley.storage.rocksdb.recovery;

import dev.parley.storage.rocksdb.engine.CommitListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with the sequence number of the last commit and the length of the manifest. A database
 * that opens with a lower number has lost commits, for instance because its newest log file is
 * missing. A manifest that is shorter, or has other contents, has lost tables.
 *
 * <p>The sequence number is written after each commit and is not synced: it survives the end of the
 * process. After a power failure it may be older than the database, never newer. The length of the
 * manifest is written and synced after each change of the tables, before RocksDB deletes the files
 * that the change replaced.
 */
public final class CommitMarker implements CommitListener {
  /** The name of the file in the data folder. */
  public static final String FILE = "last-commit";

  /** The pairs of slots in the file. */
  static final int COMMIT = 0;

  static final int MANIFEST = 1;

  private static final Logger log = LoggerFactory.getLogger(CommitMarker.class);

  private final SlotFile commits;
  private final SlotFile manifests;
  private final Path databaseFolder;
  private ManifestMark newest = ManifestMark.NONE;
  private long lastSequence;
  private boolean failed;

  private CommitMarker(SlotFile commits, SlotFile manifests, Path databaseFolder) {
    this.commits = commits;
    this.manifests = manifests;
    this.databaseFolder = databaseFolder;
  }

  /** Opens the marker of a data folder for writing, or creates it. */
  public static CommitMarker open(Path dataFolder, Path databaseFolder) throws IOException {
    Path file = dataFolder.resolve(FILE);
    return new CommitMarker(
        new SlotFile(file, COMMIT, 1),
        new SlotFile(file, MANIFEST, ManifestMark.NUMBERS),
        databaseFolder);
  }

  /**
   * Reads the sequence number of the last commit. Returns 0 if the file is missing or has no valid
   * slot.
   */
  public static long read(Path dataFolder) throws IOException {
    long[] commit = read(dataFolder, COMMIT, 1);
    return commit.length == 0 ? 0 : commit[0];
  }

  /** Whether a manifest lacks changes, by the marker of its data folder. */
  public static boolean isManifestDamaged(Path dataFolder, Path manifest) throws IOException {
    return ManifestMark.read(dataFolder).damageOf(manifest) != null;
  }

  /** The numbers of a pair of slots; none if the file is missing or has no valid slot. */
  static long[] read(Path dataFolder, int pair, int count) throws IOException {
    Path file = dataFolder.resolve(FILE);
    if (!Files.exists(file)) {
      return new long[0];
    }
    long[] numbers = SlotFile.read(file, pair, count);
    if (numbers != null) {
      return numbers;
    }
    if (SlotFile.isWritten(file, pair)) {
      log.warn(
          "The file {} is damaged. A lost {} may not be noticed at this start.",
          file,
          pair == COMMIT ? "log" : "end of the manifest");
    }
    return new long[0];
  }

  @Override
  public synchronized void committed(long sequence) {
    // Threads that commit at the same time may report in another order.
    if (sequence <= lastSequence) {
      return;
    }
    lastSequence = sequence;
    try {
      commits.write(sequence);
      failed = false;
    } catch (IOException e) {
      // The commit itself is durable. An old marker only detects less.
      if (!failed) {
        log.warn(
            "The file {} cannot be written: {}. Commits are not affected, but a lost log may not be"
                + " noticed at the next start.",
            FILE,
            e.getMessage());
      }
      failed = true;
    }
  }

  @Override
  public synchronized void manifestChanged(String manifest, long bytes) {
    try {
      ManifestMark mark = newest.update(databaseFolder.resolve(manifest), bytes);
      if (mark != newest) {
        manifests.write(mark.numbers());
        manifests.sync();
        newest = mark;
      }
    } catch (IOException e) {
      log.warn(
          "The file {} cannot be written: {}. Commits are not affected, but a damaged {} may not be"
              + " noticed at the next start.",
          FILE,
          e.getMessage(),
          manifest);
    }
  }

  @Override
  public void close() {
    for (SlotFile file : new SlotFile[] {commits, manifests}) {
      try {
        file.close();
      } catch (IOException e) {
        log.warn("The file {} cannot be closed: {}", FILE, e.getMessage());
      }
    }
  }
}
