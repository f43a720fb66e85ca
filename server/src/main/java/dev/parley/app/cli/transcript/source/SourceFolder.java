package dev.parley.app.cli.transcript.source;

import dev.parley.app.cli.transcript.record.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** The files of a folder and its subfolders, or a single file. */
public final class SourceFolder {
  private SourceFolder() {}

  /**
   * Lists the files in the order of their paths. Symbolic links to folders are not followed.
   *
   * @param progress receives the number of bytes of each read
   */
  public static List<SourceFile> list(Path root, LongConsumer progress) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of(new SourceFile(root, String.valueOf(root.getFileName()), progress));
    }
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(path -> !Files.isDirectory(path))
          .sorted()
          .map(path -> new SourceFile(path, name(root, path), progress))
          .toList();
    }
  }

  private static String name(Path root, Path path) {
    return root.relativize(path).toString().replace('\\', '/');
  }
}
