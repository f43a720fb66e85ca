package dev.parley.storage.rocksdb.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How far a manifest was written. RocksDB only appends to a manifest. It does not notice if a
 * manifest was cut or its last record is damaged: it treats the rest as complete, and deletes the
 * tables that the rest does not list. Bytes after {@code bytes} are changes since the mark.
 *
 * @param number the number in the name of the manifest
 * @param bytes the length of the manifest
 * @param checksum the CRC32C of these bytes
 */
record ManifestMark(long number, long bytes, long checksum) {
  static final int NUMBERS = 3;

  /** No manifest. */
  static final ManifestMark NONE = new ManifestMark(0, 0, 0);

  private static final String PREFIX = "MANIFEST-";
  private static final int BUFFER_BYTES = 64 * 1024;

  /** Reads the mark of a data folder. Returns {@link #NONE} if there is none. */
  static ManifestMark read(Path dataFolder) throws IOException {
    long[] numbers = CommitMarker.read(dataFolder, CommitMarker.MANIFEST, NUMBERS);
    return numbers.length == 0 ? NONE : new ManifestMark(numbers[0], numbers[1], numbers[2]);
  }

  long[] numbers() {
    return new long[] {number, bytes, checksum};
  }

  /**
   * What is wrong with a manifest that exists; null if nothing is known. A manifest with a higher
   * number is newer than this mark.
   */
  @Nullable String damageOf(Path manifest) throws IOException {
    long found = numberOf(manifest);
    if (found != number) {
      return found > number ? null : "is older than the lost %s%06d".formatted(PREFIX, number);
    }
    if (Files.size(manifest) < bytes) {
      return "is shorter than it was, by %,d bytes".formatted(bytes - Files.size(manifest));
    }
    return checksumOf(manifest, bytes) == checksum ? null : "is damaged";
  }

  /** The mark for a manifest of {@code length} bytes; this mark if it is newer. */
  ManifestMark update(Path manifest, long length) throws IOException {
    long changed = numberOf(manifest);
    if (changed < number || (changed == number && length <= bytes)) {
      return this;
    }
    return new ManifestMark(changed, length, checksumOf(manifest, length));
  }

  private static long numberOf(Path manifest) {
    String name = Objects.requireNonNull(manifest.getFileName()).toString();
    return Long.parseLong(name.substring(PREFIX.length()));
  }

  private static long checksumOf(Path manifest, long length) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(manifest)) {
      for (long left = length; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new EOFException(manifest + " ends early");
        }
        checksum.update(buffer, 0, read);
        left -= read;
      }
    }
    return checksum.getValue();
  }
}
