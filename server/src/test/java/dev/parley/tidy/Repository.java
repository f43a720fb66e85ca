package dev.parley.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of both modules that the rules are for. Built files are not among them. */
final class Repository {
  /** Surefire sets the property to the folder of this module. */
  private static final Path TOP =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

  private static final List<String> SOURCE_FOLDERS =
      List.of("proto/src", "server/src").stream()
          .flatMap(src -> Stream.of(src + "/main/java", src + "/test/java", src + "/main/proto"))
          .toList();
  private static final List<String> RESOURCE_FOLDERS =
      List.of("proto/src/test/resources", "server/src/main/resources", "server/src/test/resources");

  private Repository() {}

  /** Java and proto sources. */
  static List<Source> sources() {
    return SOURCE_FOLDERS.stream()
        .flatMap(Repository::walk)
        .filter(path -> path.endsWith(".java") || path.endsWith(".proto"))
        .map(Repository::read)
        .toList();
  }

  /** The paths of all resources. */
  static List<String> resources() {
    return RESOURCE_FOLDERS.stream().flatMap(Repository::walk).toList();
  }

  /** Resources that may name other resources. */
  static List<Source> naming() {
    return resources().stream()
        .filter(path -> path.endsWith(".xml") || path.endsWith(".properties"))
        .map(Repository::read)
        .toList();
  }

  private static Stream<String> walk(String folder) {
    Path start = TOP.resolve(folder);
    if (!Files.isDirectory(start)) {
      return Stream.of();
    }
    try (Stream<Path> files = Files.walk(start)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> TOP.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Source read(String path) {
    try {
      return new Source(path, Files.readString(TOP.resolve(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
