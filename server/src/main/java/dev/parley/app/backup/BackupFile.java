package dev.parley.app.backup;

import dev.parley.config.ConfigException;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.rocksdb.RocksDbFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is being written, under another name until it is whole and on disk. What is closed
 * before is removed.
 */
public final class BackupFile implements AutoCloseable {
  private final Path file;
  private final Path partial;
  private final FileChannel channel;
  private boolean done;

  private BackupFile(Path file, Path partial, FileChannel channel) {
    this.file = file;
    this.partial = partial;
    this.channel = channel;
  }

  /**
   * Begins a file.
   *
   * @param force whether a file that is there may be replaced
   * @throws ConfigException if it may not, or another process writes it
   */
  public static BackupFile begin(Path file, boolean force) throws IOException {
    if (Files.isDirectory(file) || (Files.exists(file) && !force)) {
      throw new ConfigException(
          "%s is there already; --force replaces a file, not a folder.".formatted(file));
    }
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    FileChannel channel =
        FileChannel.open(
            partial,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            Disk.ownerOnly(partial));
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new ConfigException("Another process writes " + partial + ".");
    }
    channel.truncate(0);
    return new BackupFile(file, partial, channel);
  }

  /** Takes the bytes of the backup. */
  public OutputStream out() {
    return Channels.newOutputStream(channel);
  }

  /**
   * Puts the file in its place, after a look whether it is whole; what it holds.
   *
   * @throws dev.parley.storage.backup.BackupRefusedException if it is not
   */
  public StoreCounts finish() throws IOException {
    channel.force(true);
    StoreCounts counts;
    try (BackupReader reader = BackupReader.open(partial, RocksDbFolder::isFileName)) {
      counts = reader.counts();
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    done = true;
    Disk.sync(Disk.parent(file));
    return counts;
  }

  @Override
  public void close() throws IOException {
    if (!done) {
      Files.deleteIfExists(partial);
    }
    channel.close();
  }
}
