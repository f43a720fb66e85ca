package dev.parley.storage.rocksdb.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/**
 * RocksDB's native library. By itself RocksDB unpacks it into the temp folder under a new name each
 * time, and removes it only when the JVM ends of its own accord, which a server seldom does.
 */
public final class NativeLibrary {
  private static final String FOLDER = "native";

  private NativeLibrary() {}

  /** Loads it, once for this process; unpacks it into {@code dataFolder}, over the one before. */
  public static synchronized void load(Path dataFolder) throws IOException {
    Path folder = Files.createDirectories(dataFolder.resolve(FOLDER));
    NativeLibraryLoader.getInstance().loadLibrary(folder.toAbsolutePath().toString());
  }
}
