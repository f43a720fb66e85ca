package dev.parley.app.cli.backup;

import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.repair.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** A data folder that is being repaired, in a temporary folder. Closing deletes what is left. */
final class RepairedFolder implements AutoCloseable {
  /** The name of the report in a repaired data folder. */
  static final String REPORT = "repair-report.jsonl";

  private static final String PREFIX = ".parley-repairing-";

  /** Files of a data folder that a new store writes itself. */
  private static final Set<String> NOT_COPIED =
      Set.of("native", "checkpoint", "parley.lock", "last-commit", REPORT);

  private final Path temporary;

  private RepairedFolder(Path temporary) {
    this.temporary = temporary;
  }

  /** Creates a temporary folder beside {@code target}, or in it if it exists. */
  static RepairedFolder create(Path target) throws IOException {
    Path parent =
        Files.exists(target) ? target : Files.createDirectories(FolderUtil.parent(target));
    RepairedFolder folder = new RepairedFolder(Files.createTempDirectory(parent, PREFIX));
    Files.createDirectory(folder.data(), FolderUtil.ownerOnlyFolder(parent));
    return folder;
  }

  /** The new data folder. */
  Path data() {
    return temporary.resolve("data");
  }

  /** A folder for temporary files. */
  Path work() {
    return temporary.resolve("work");
  }

  /** Copies everything from a data folder that is not part of the store, such as the root key. */
  void copyOtherFiles(Path from, Loss.Receiver losses) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = Objects.requireNonNull(entry.getFileName()).toString();
        if (!NOT_COPIED.contains(name)
            && !name.startsWith(PREFIX)
            && !entry.equals(RocksDbFolder.filesOf(from))) {
          copy(from, entry, losses);
        }
      }
    }
  }

  private void copy(Path from, Path entry, Loss.Receiver losses) throws IOException {
    try (Stream<Path> paths = Files.walk(entry)) {
      for (Path path : paths.toList()) {
        Path relative = from.relativize(path);
        try {
          Files.copy(
              path,
              data().resolve(relative),
              StandardCopyOption.COPY_ATTRIBUTES,
              LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
          losses.lost(Loss.ofFile(relative.toString(), "The file cannot be copied."));
        }
      }
    }
  }

  /** Moves the new data folder to {@code target}, which must not exist or be empty. */
  void moveTo(Path target) throws IOException {
    FolderUtil.sync(data());
    if (!Files.exists(target)) {
      Files.move(data(), target, StandardCopyOption.ATOMIC_MOVE);
      FolderUtil.sync(FolderUtil.parent(target));
      return;
    }
    // The target may be a mount point, which cannot be replaced. The store comes last.
    Path store = RocksDbFolder.filesOf(data());
    try (Stream<Path> entries = Files.list(data())) {
      List<Path> others = entries.filter(entry -> !entry.equals(store)).toList();
      for (Path entry : others) {
        move(entry, target);
      }
    }
    move(store, target);
    FolderUtil.sync(target);
  }

  private void move(Path entry, Path target) throws IOException {
    Path to = target.resolve(data().relativize(entry).toString());
    Files.move(entry, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    FolderUtil.delete(temporary);
  }
}
