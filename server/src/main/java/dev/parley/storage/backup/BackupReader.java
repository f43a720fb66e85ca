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
 * Reads a backup that anybody may have made: nothing of it is believed before it was compared with
 * the manifest, and nothing is written but files of the names that the caller allows.
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
   * @throws BackupRefusedException if it is none that can be trusted
   * @throws IOException if the file cannot be read
   */
  public static BackupReader open(Path file, Predicate<String> allowed) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile(), UTF_8);
    } catch (ZipException | EOFException e) {
      throw new BackupRefusedException("it is no archive, or not all of one", e);
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
      throw new BackupRefusedException("it has no manifest, and so is not a whole backup");
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
        throw new BackupRefusedException("its manifest names a file that is no store's, or twice");
      }
      if (each.getSize() < 0) {
        throw new BackupRefusedException("its manifest names a size below 0");
      }
    }
    List<String> entries = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      String name = all.nextElement().getName();
      if (!name.equals(BackupFormat.MANIFEST) && !named.contains(name)) {
        throw new BackupRefusedException("it holds a file that its manifest does not name");
      }
      entries.add(name);
    }
    if (entries.size() != named.size() + 1) {
      throw new BackupRefusedException("it lacks a file that its manifest names, or has one twice");
    }
  }

  /** What the store held, as the backup says. */
  public StoreCounts counts() {
    Manifest.Counts counts = manifest.getCounts();
    return new StoreCounts(
        counts.getAgents(),
        counts.getApiKeys(),
        counts.getSessions(),
        counts.getMessages(),
        counts.getRuns());
  }

  /** When it was made, in ISO 8601, as the backup says. */
  public String createTime() {
    return manifest.getCreateTime();
  }

  /** How many bytes its files take, as the backup says; the most that unpacking writes. */
  public long bytes() {
    try {
      return manifest.getFilesList().stream()
          .mapToLong(Manifest.File::getSize)
          .reduce(0, Math::addExact);
    } catch (ArithmeticException e) {
      throw new BackupRefusedException("its manifest names sizes that no disk has", e);
    }
  }

  /**
   * Writes its files into {@code folder}, which is empty, and on disk.
   *
   * @param written is told of so many more bytes
   * @throws BackupRefusedException if a file is not what the manifest says; some are written then
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
    return new BackupRefusedException("its file " + file.getName() + " is not as it was written");
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
