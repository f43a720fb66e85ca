package dev.parley.app.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.auth.KeySecret;
import dev.parley.config.ConfigException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/** The file with the root key in the data folder. Only its owner can read it. */
public final class RootKeyFile {
  private static final String NAME = "root.key";

  private final Path file;

  /** The root key file in this data folder. */
  public RootKeyFile(Path dataFolder) {
    file = dataFolder.resolve(NAME);
  }

  /** The path of the file. */
  public Path path() {
    return file;
  }

  /** Reads the key. If the file does not exist, creates it with a random key. */
  KeySecret readOrMake(SecureRandom random) {
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        write(KeySecret.random(KeySecret.Kind.ROOT, random));
      }
      return read();
    } catch (IOException e) {
      throw new ConfigException("The root key file " + file + " cannot be read or written.");
    }
  }

  /** Reads the key. */
  public KeySecret read() throws IOException {
    String text = Files.readString(file, US_ASCII).strip();
    if (!KeySecret.isWellFormed(text) || !new KeySecret(text).isRoot()) {
      throw new ConfigException("The root key file " + file + " does not contain a root key.");
    }
    return new KeySecret(text);
  }

  private void write(KeySecret secret) throws IOException {
    FileAttribute<?>[] ownerOnly =
        file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    // Written under a temporary name, so that a crash leaves no incomplete file.
    Path newFile = file.resolveSibling(NAME + ".new");
    Files.deleteIfExists(newFile);
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(newFile, options, ownerOnly)) {
      channel.write(US_ASCII.encode(secret.text() + System.lineSeparator()));
      channel.force(true);
    }
    Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
