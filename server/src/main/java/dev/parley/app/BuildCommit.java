package dev.parley.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** Which commit the jar was built of. */
final class BuildCommit {
  private BuildCommit() {}

  /** Its abbreviated id; empty if it is not known. */
  static String ofThisJar() {
    try {
      Path place =
          Path.of(BuildCommit.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (JarFile jar = new JarFile(place.toFile());
          InputStream text = jar.getInputStream(jar.getEntry(JarFile.MANIFEST_NAME))) {
        String commit = new Manifest(text).getMainAttributes().getValue("Implementation-Commit");
        // Where the build knew of no repository, the placeholder stands.
        return commit == null || commit.startsWith("${") ? "" : commit;
      }
    } catch (IOException | URISyntaxException e) {
      return "";
    }
  }
}
