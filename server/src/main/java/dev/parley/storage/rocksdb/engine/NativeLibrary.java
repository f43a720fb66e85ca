package dev.parley.storage.rocksdb.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/**
 * Loads RocksDB's native library. By default RocksDB unpacks it into the temp folder under a new
 * name each time, and removes it only if the JVM exits normally.
 */
public final class NativeLibrary {
  private static final String FOLDER = "native";

  private NativeLibrary() {}

  /**
   * Loads the library once per process. Unpacks it into {@code dataFolder}, replacing an earlier
   * copy.
   */
  public static synchronized void load(Path dataFolder) throws IOException {
    Path folder = Files.createDirectories(dataFolder.resolve(FOLDER));
    NativeLibraryLoader.getInstance().loadLibrary(folder.toAbsolutePath().toString());
  }
}
