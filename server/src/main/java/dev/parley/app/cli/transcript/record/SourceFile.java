package dev.parley.app.cli.transcript.record;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A file to import. */
public final class SourceFile {
  private final Path path;
  private final String name;
  private final LongConsumer progress;

  /**
   * Names a file.
   *
   * @param name its path below the imported folder, with slashes
   * @param progress receives the number of bytes of each read
   */
  public SourceFile(Path path, String name, LongConsumer progress) {
    this.path = path;
    this.name = name;
    this.progress = progress;
  }

  /** The path of the file. */
  public Path path() {
    return path;
  }

  /** The path below the imported folder, with slashes. */
  public String name() {
    return name;
  }

  /** The name without folders. */
  public String baseName() {
    return String.valueOf(path.getFileName());
  }

  /** The name without folders and extension. */
  public String stem() {
    return baseName().replaceFirst("(?<=.)\\.\\w+$", "");
  }

  /** A line of this file. */
  public Location at(long line) {
    return new Location(name, line);
  }

  /** Opens the file. */
  public InputStream open() throws IOException {
    return new FilterInputStream(new BufferedInputStream(Files.newInputStream(path))) {
      @Override
      public int read() throws IOException {
        int read = super.read();
        progress.accept(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        progress.accept(Math.max(read, 0));
        return read;
      }
    };
  }
}
