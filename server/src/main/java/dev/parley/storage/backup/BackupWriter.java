package dev.parley.storage.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.JsonFormat;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.record.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the files of a store into an archive, reading each file once. */
public final class BackupWriter {
  private BackupWriter() {}

  /** The total size of the store's files in bytes. */
  public static long bytes(FrozenStore store) throws IOException {
    long bytes = 0;
    for (Path file : store.files()) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /**
   * Writes a backup of {@code store} to {@code out}, which stays open.
   *
   * @param version the version of Parley
   * @param time when the store was in this state
   */
  public static void write(FrozenStore store, OutputStream out, String version, Instant time)
      throws IOException {
    Manifest.Builder manifest =
        Manifest.newBuilder()
            .setFormat(BackupFormat.NUMBER)
            .setParleyVersion(version)
            .setCreateTime(time.toString())
            .setLayout(store.layout())
            .setCounts(counts(store.counts()));
    ZipOutputStream zip = new ZipOutputStream(out, UTF_8);
    // Large files are compressed already.
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (Path file : store.files()) {
      manifest.addFiles(add(zip, file));
    }
    zip.putNextEntry(new ZipEntry(BackupFormat.MANIFEST));
    zip.write(JsonFormat.printer().print(manifest).getBytes(UTF_8));
    zip.closeEntry();
    zip.finish();
    out.flush();
  }

  private static Manifest.File add(ZipOutputStream zip, Path file) throws IOException {
    String name = Objects.requireNonNull(file.getFileName()).toString();
    MessageDigest digest = BackupFormat.sha256();
    zip.putNextEntry(new ZipEntry(BackupFormat.FOLDER + name));
    long size;
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      size = in.transferTo(zip);
    }
    zip.closeEntry();
    return Manifest.File.newBuilder()
        .setName(name)
        .setSize(size)
        .setSha256(HexFormat.of().formatHex(digest.digest()))
        .build();
  }

  private static Manifest.Counts counts(StoreCounts counts) {
    return Manifest.Counts.newBuilder()
        .setAgents(counts.agents())
        .setApiKeys(counts.apiKeys())
        .setSessions(counts.sessions())
        .setMessages(counts.messages())
        .setRuns(counts.runs())
        .build();
  }
}
