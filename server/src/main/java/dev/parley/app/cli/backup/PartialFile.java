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
 * A file that is written under a temporary name and gets its final name when it is complete and on
 * disk. Only its owner can read it. Closing it before that deletes it.
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
   * Creates the temporary file.
   *
   * @param force whether an existing file may be replaced
   * @throws ConfigException if the file exists and may not be replaced, or another process writes
   *     it
   */
  public static PartialFile begin(Path file, boolean force) throws IOException {
    if (Files.isDirectory(file) || (Files.exists(file) && !force)) {
      throw new ConfigException(
          "%s already exists. --force replaces a file, but not a folder.".formatted(file));
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
      throw new ConfigException("Another process is writing " + partial + ".");
    }
    channel.truncate(0);
    // A file left behind by an earlier run may have other permissions.
    FolderUtil.restrictToOwner(partial);
    return new PartialFile(file, partial, channel);
  }

  /** The stream to write the contents to. */
  public OutputStream out() {
    return Channels.newOutputStream(channel);
  }

  /** The temporary name. */
  Path partial() {
    return partial;
  }

  /** Writes the contents to disk, under the temporary name. */
  public void sync() throws IOException {
    channel.force(true);
  }

  /** Gives the file its final name. */
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
