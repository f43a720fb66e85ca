package dev.parley.app.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The version of the running build, as {@code --version} and the start-up log print it. */
public final class BuildVersion {
  private BuildVersion() {}

  /**
   * The version of the jar, followed by the abbreviated commit in parentheses if the build knew it;
   * {@code (not packaged)} if the classes do not come from a jar.
   */
  public static String text() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    if (version == null) {
      return "(not packaged)";
    }
    String commit = commit();
    return commit.isEmpty() ? version : version + " (" + commit + ")";
  }

  private static String commit() {
    try {
      Path location =
          Path.of(BuildVersion.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (JarFile jar = new JarFile(location.toFile());
          InputStream text = jar.getInputStream(jar.getEntry(JarFile.MANIFEST_NAME))) {
        String commit = new Manifest(text).getMainAttributes().getValue("Implementation-Commit");
        // A build outside of a Git repository leaves the placeholder unresolved.
        return commit == null || commit.startsWith("${") ? "" : commit;
      }
    } catch (IOException | URISyntaxException e) {
      return "";
    }
  }
}
