package dev.parley.app.cli.backup;

import dev.parley.config.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written, under another name until it is whole and on disk, and that only its
 * owner may read. What is closed before is removed.
 */
public final class PartialFile implements AutoCloseable {
  private final Path file;
  private final Path partial;
  private final FileChannel channel;
  private boolean done;

  private PartialFile(Path file, Path partial, FileChannel channel) {
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
  public static PartialFile begin(Path file, boolean force) throws IOException {
    if (Files.isDirectory(file) || (Files.exists(file) && !force)) {
      throw new ConfigException(
          "%s is there already; --force replaces a file, not a folder.".formatted(file));
    }
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    FileChannel channel =
        FileChannel.open(
            partial,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            FolderUtil.ownerOnly(partial));
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new ConfigException("Another process writes " + partial + ".");
    }
    channel.truncate(0);
    // One that was left by somebody may be open to all.
    FolderUtil.makeOwnersAlone(partial);
    return new PartialFile(file, partial, channel);
  }

  /** Takes the bytes. */
  public OutputStream out() {
    return Channels.newOutputStream(channel);
  }

  /** Where it is while it is written. */
  Path partial() {
    return partial;
  }

  /** Puts it on disk, under the name that it has while it is written. */
  public void sync() throws IOException {
    channel.force(true);
  }

  /** Gives it its name. */
  public void publish() throws IOException {
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    done = true;
    FolderUtil.sync(FolderUtil.parent(file));
  }

  @Override
  public void close() throws IOException {
    if (!done) {
      Files.deleteIfExists(partial);
    }
    channel.close();
  }
}
