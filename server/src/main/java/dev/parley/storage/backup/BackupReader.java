package dev.parley.storage.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.record.Manifest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads an untrusted backup. It checks all data against the manifest, and writes only files whose
 * names the caller allows.
 */
public final class BackupReader implements AutoCloseable {
  private static final int MANIFEST_BYTES_MAX = 64 * 1024 * 1024;
  private static final int BUFFER_BYTES = 256 * 1024;

  private final Path file;
  private final ZipFile zip;
  private final Manifest manifest;

  private BackupReader(Path file, ZipFile zip, Manifest manifest) {
    this.file = file;
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * Opens a backup and compares its entries with its manifest.
   *
   * @param allowed whether a store may have a file of this name
   * @throws BackupRefusedException if the backup is invalid
   * @throws IOException if the file cannot be read
   */
  public static BackupReader open(Path file, Predicate<String> allowed) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile(), UTF_8);
    } catch (ZipException | EOFException e) {
      throw new BackupRefusedException("it is not a ZIP archive, or it is incomplete", e);
    }
    try {
      Manifest manifest = manifest(zip);
      requireEntries(zip, manifest, allowed);
      return new BackupReader(file, zip, manifest);
    } catch (Throwable e) {
      zip.close();
      throw e;
    }
  }

  private static Manifest manifest(ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(BackupFormat.MANIFEST);
    if (entry == null) {
      throw new BackupRefusedException("it has no manifest, so the backup is incomplete");
    }
    byte[] json;
    try (InputStream in = zip.getInputStream(entry)) {
      json = in.readNBytes(MANIFEST_BYTES_MAX + 1);
    } catch (ZipException | EOFException e) {
      throw new BackupRefusedException("its manifest is damaged", e);
    }
    Manifest.Builder manifest = Manifest.newBuilder();
    try {
      if (json.length > MANIFEST_BYTES_MAX) {
        throw new BackupRefusedException("its manifest is too long");
      }
      JsonFormat.parser().ignoringUnknownFields().merge(new String(json, UTF_8), manifest);
    } catch (InvalidProtocolBufferException e) {
      throw new BackupRefusedException("its manifest is damaged", e);
    }
    if (manifest.getFormat() != BackupFormat.NUMBER) {
      throw new BackupRefusedException(
          "its format is %d, and this version reads %d"
              .formatted(manifest.getFormat(), BackupFormat.NUMBER));
    }
    return manifest.build();
  }

  private static void requireEntries(ZipFile zip, Manifest manifest, Predicate<String> allowed) {
    Set<String> named = new HashSet<>();
    for (Manifest.File each : manifest.getFilesList()) {
      if (!allowed.test(each.getName()) || !named.add(BackupFormat.FOLDER + each.getName())) {
        throw new BackupRefusedException("its manifest names an unexpected file, or a file twice");
      }
      if (each.getSize() < 0) {
        throw new BackupRefusedException("its manifest contains a negative size");
      }
    }
    List<String> entries = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      String name = all.nextElement().getName();
      if (!name.equals(BackupFormat.MANIFEST) && !named.contains(name)) {
        throw new BackupRefusedException("it contains a file that is not in its manifest");
      }
      entries.add(name);
    }
    if (entries.size() != named.size() + 1) {
      throw new BackupRefusedException(
          "a file of its manifest is missing, or the archive contains one twice");
    }
  }

  /** The contents of the store, as the manifest states. */
  public StoreCounts counts() {
    Manifest.Counts counts = manifest.getCounts();
    return new StoreCounts(
        counts.getAgents(),
        counts.getApiKeys(),
        counts.getSessions(),
        counts.getMessages(),
        counts.getRuns());
  }

  /** When the backup was created, in ISO 8601, as the manifest states. */
  public String createTime() {
    return manifest.getCreateTime();
  }

  /** The total size of the files in bytes, as the manifest states. Unpacking never writes more. */
  public long bytes() {
    try {
      return manifest.getFilesList().stream()
          .mapToLong(Manifest.File::getSize)
          .reduce(0, Math::addExact);
    } catch (ArithmeticException e) {
      throw new BackupRefusedException("the sizes in its manifest are too large", e);
    }
  }

  /**
   * Writes the files into the empty folder {@code folder} and syncs them to disk.
   *
   * @param written receives the number of bytes written since its last call
   * @throws BackupRefusedException if a file differs from the manifest; some files may be written
   *     already
   */
  public void unpack(Path folder, LongConsumer written) throws IOException {
    for (Manifest.File each : manifest.getFilesList()) {
      try (InputStream in = zip.getInputStream(zip.getEntry(BackupFormat.FOLDER + each.getName()));
          FileChannel out =
              FileChannel.open(
                  folder.resolve(each.getName()),
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE)) {
        unpack(each, in, out, written);
        out.force(true);
      } catch (ZipException | EOFException e) {
        throw damaged(each);
      }
    }
  }

  private static void unpack(
      Manifest.File file, InputStream in, FileChannel out, LongConsumer written)
      throws IOException {
    MessageDigest digest = BackupFormat.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = file.getSize();
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      if (count > left) {
        throw damaged(file);
      }
      left -= count;
      digest.update(buffer, 0, count);
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      written.accept(count);
    }
    if (left > 0 || !HexFormat.of().formatHex(digest.digest()).equals(file.getSha256())) {
      throw damaged(file);
    }
  }

  private static BackupRefusedException damaged(Manifest.File file) {
    return new BackupRefusedException("its file " + file.getName() + " is damaged");
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
