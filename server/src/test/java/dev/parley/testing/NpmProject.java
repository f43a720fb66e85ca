package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder below {@code src/test/npm}, with the packages of its lock file. */
public final class NpmProject {
  private NpmProject() {}

  /**
   * Copies the project below {@code target} and installs its packages. Needs Node.js 20.19 or later
   * and npm.
   *
   * @return the folder with the files and {@code node_modules}
   */
  public static Path install(String name) {
    Path sources = Path.of("src/test/npm").resolve(name);
    Path folder = Path.of("target/npm").resolve(name).toAbsolutePath();
    Programs.require(List.of("node", "--version"), List.of("nodejs", "npm"));
    Programs.require(List.of("npm", "--version"), List.of("nodejs", "npm"));
    try (Stream<Path> files = Files.list(sources)) {
      Files.createDirectories(folder);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Programs.installOnce(
        folder,
        sources.resolve("package-lock.json"),
        () -> {
          var unused =
              Programs.run(
                      folder,
                      Map.of(),
                      List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"))
                  .succeeded("npm ci");
        });
    return folder;
  }
}
