package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The programs for tests of pages. They are installed if that is possible; without them, the tests
 * fail.
 *
 * @param browser Chromium or Chrome
 * @param driver ChromeDriver of the same version
 */
record BrowserBinaries(Path browser, Path driver) {
  private static final List<String> BROWSERS =
      List.of(
          "/usr/bin/chromium",
          "/usr/bin/chromium-browser",
          "/usr/bin/google-chrome",
          "/opt/google/chrome/chrome",
          "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
  private static final List<String> DRIVERS =
      List.of(
          "/usr/bin/chromedriver",
          "/usr/lib/chromium-browser/chromedriver",
          "/usr/local/bin/chromedriver",
          "/opt/homebrew/bin/chromedriver");
  private static final Path APT = Path.of("/usr/bin/apt-get");
  private static final int MINUTES_TO_INSTALL = 10;

  static BrowserBinaries found() {
    return search()
        .or(
            () -> {
              install();
              return search();
            })
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The tests of the pages need Chromium and its driver: install the packages"
                        + " chromium and chromium-driver, or name the programs with"
                        + " -Dparley.chromium=FILE and -Dparley.chromedriver=FILE."));
  }

  private static Optional<BrowserBinaries> search() {
    Optional<Path> browser = first("parley.chromium", BROWSERS);
    Optional<Path> driver = first("parley.chromedriver", DRIVERS);
    return browser.flatMap(found -> driver.map(with -> new BrowserBinaries(found, with)));
  }

  private static Optional<Path> first(String property, List<String> usual) {
    return Stream.concat(Stream.ofNullable(System.getProperty(property)), usual.stream())
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void install() {
    if (!Files.isExecutable(APT) || !"root".equals(System.getProperty("user.name"))) {
      return;
    }
    Path log = Path.of("target", "chromium-install.log");
    // Tests run in two processes; one installs, and the other waits.
    try (FileChannel lock =
            FileChannel.open(
                Path.of("target", "chromium-install.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      if (held.isValid() && search().isEmpty()) {
        run(log, APT.toString(), "update");
        run(
            log,
            APT.toString(),
            "install",
            "--yes",
            "--no-install-recommends",
            "chromium",
            "chromium-driver");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path log, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    try {
      Process process = builder.start();
      if (!process.waitFor(MINUTES_TO_INSTALL, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
