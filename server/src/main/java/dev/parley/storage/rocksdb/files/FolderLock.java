package dev.parley.storage.rocksdb.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.storage.StoreUnavailableException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Locks a data folder for one process, and records which process has it. The lock ends with the
 * process, so no cleanup is needed after a crash.
 */
public final class FolderLock implements AutoCloseable {
  private static final String FILE = "parley.lock";

  /**
   * The byte that is locked. It is far beyond the text, which other processes must be able to read.
   */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private static final int TEXT_BYTES_MAX = 256;

  /**
   * The folders that this process has locked. Closing any channel of a file releases all locks of
   * the process on that file, so a folder in this set must not be opened again.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final @Nullable FileChannel channel;

  private FolderLock(Path folder, @Nullable FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** The locked folder. */
  public Path folder() {
    return folder;
  }

  /** Locks the existing folder {@code folder}. */
  public static FolderLock take(Path folder) throws IOException {
    return take(folder, () -> lock(folder));
  }

  /**
   * Locks the existing folder {@code folder} for reading, without changing or creating a file. No
   * server can start on it until this is closed. A folder without a lock file is not locked: no
   * server has used it.
   */
  public static FolderLock takeForReading(Path folder) throws IOException {
    return take(folder, () -> lockForReading(folder));
  }

  private interface Locking {
    @Nullable FileChannel lock() throws IOException;
  }

  private static FolderLock take(Path folder, Locking locking) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw inUse(folder, ownText());
    }
    try {
      return new FolderLock(real, locking.lock());
    } catch (Throwable e) {
      HELD.remove(real);
      throw e;
    }
  }

  @SuppressWarnings("resource") // Closing the channel releases the lock.
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (!tryLock(channel, false)) {
        throw inUse(folder, read(channel));
      }
      channel.truncate(0);
      channel.write(UTF_8.encode(ownText()), 0);
      return channel;
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  @SuppressWarnings("resource") // Closing the channel releases the lock.
  private static @Nullable FileChannel lockForReading(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      if (!tryLock(channel, true)) {
        throw inUse(folder, read(channel));
      }
      return channel;
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock(LOCKED_BYTE, 1, shared);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static StoreUnavailableException inUse(Path folder, String text) {
    return new StoreUnavailableException("data folder " + folder + " is in use by " + text);
  }

  private static String ownText() {
    Instant started = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    return "process "
        + ProcessHandle.current().pid()
        + ", started "
        + started.truncatedTo(ChronoUnit.SECONDS);
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(TEXT_BYTES_MAX);
    channel.read(text, 0);
    String line = UTF_8.decode(text.flip()).toString().strip();
    return line.isEmpty() ? "another process" : line;
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    } finally {
      HELD.remove(folder);
    }
  }
}
