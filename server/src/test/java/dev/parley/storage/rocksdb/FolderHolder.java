package dev.parley.storage.rocksdb;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** A process that opens the store in a folder, prints a line, and waits until it is killed. */
final class FolderHolder {
  static final byte OPEN = '!';

  private FolderHolder() {}

  public static void main(String[] args) throws IOException {
    RocksDbStores.open(Path.of(args[0]), RocksDbSettings.DEFAULTS);
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write(OPEN);
    }
    int end = System.in.read();
    // The store stays open, as when a process crashes.
    Runtime.getRuntime().halt(end);
  }
}
