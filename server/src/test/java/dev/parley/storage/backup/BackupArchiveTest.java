package dev.parley.storage.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.record.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid archives, and archives that an attacker has modified. */
class BackupArchiveTest {
  private static final StoreCounts COUNTS = new StoreCounts(1, 2, 3, 4, 5);
  private static final Instant TIME = Instant.parse("2026-05-01T10:00:00Z");

  @TempDir Path temp;
  private Path archive;
  private Path target;

  /** Files that do not change. */
  private record Still(List<Path> files) implements FrozenStore {
    @Override
    public StoreCounts counts() {
      return COUNTS;
    }

    @Override
    public int layout() {
      return 2;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void write() throws IOException {
    Path first = Files.writeString(temp.resolve("000001.sst"), "first ".repeat(100_000));
    Path second = Files.writeString(temp.resolve("CURRENT"), "MANIFEST-000001\n");
    Path empty = Files.writeString(temp.resolve("000002.log"), "");
    archive = temp.resolve("archive.zip");
    target = Files.createDirectory(temp.resolve("target"));
    try (OutputStream out = Files.newOutputStream(archive)) {
      BackupWriter.write(new Still(List.of(first, second, empty)), out, "1.2.3", TIME);
    }
  }

  @Test
  void unpack_whatWasWritten_isTheSame() throws IOException {
    try (BackupReader reader = open(archive)) {
      assertThat(reader.counts()).isEqualTo(COUNTS);
      assertThat(reader.createTime()).isEqualTo(TIME.toString());
      assertThat(reader.bytes()).isEqualTo(600_016);
      long[] written = new long[1];
      reader.unpack(target, more -> written[0] += more);
      assertThat(written[0]).isEqualTo(reader.bytes());
    }
    assertThat(target.resolve("000001.sst")).hasSameBinaryContentAs(temp.resolve("000001.sst"));
    assertThat(target.resolve("CURRENT")).hasContent("MANIFEST-000001\n");
    assertThat(target.resolve("000002.log")).isEmptyFile();
  }

  /** Truncated at any position, up to the last byte. */
  @Test
  void open_cutOff_refused() throws IOException {
    byte[] whole = Files.readAllBytes(archive);
    for (int length : new int[] {0, 1, 100, 50_000, whole.length - 400, whole.length - 1}) {
      Files.write(archive, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> open(archive).close())
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(BackupRefusedException.class);
    }
  }

  /** A byte of a file, a file name, or the manifest. */
  @Test
  void unpack_alteredByte_refused() throws IOException {
    byte[] whole = Files.readAllBytes(archive);
    for (int at = 0; at < whole.length; at += at < 60 || at > whole.length - 1_500 ? 7 : 60_000) {
      byte[] altered = whole.clone();
      altered[at] ^= 0x10;
      Path file = Files.write(temp.resolve("altered.zip"), altered);
      Path into = Files.createDirectories(temp.resolve("into-" + at));
      try (BackupReader reader = open(file)) {
        reader.unpack(into, more -> {});
        // Archive data outside the manifest, such as times, is not checked.
        assertThat(into.resolve("000001.sst")).hasSameBinaryContentAs(temp.resolve("000001.sst"));
        assertThat(into.resolve("CURRENT")).hasContent("MANIFEST-000001\n");
      } catch (BackupRefusedException e) {
        assertThat(e).hasMessageNotContaining("\n");
      }
    }
  }

  @Test
  void unpack_alteredContent_refusedNamingTheFile() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.get("store/000001.sst")[4_711] ^= 1;
    try (BackupReader reader = open(rewrite(entries))) {
      assertThatThrownBy(() -> reader.unpack(target, more -> {}))
          .isInstanceOf(BackupRefusedException.class)
          .hasMessage("its file 000001.sst is damaged");
    }
  }

  /** Unpacking stops as soon as a file exceeds the size in the manifest. */
  @Test
  void unpack_moreThanTheManifestSays_stopsThere() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("store/CURRENT", new byte[64 * 1024 * 1024]);
    long[] written = new long[1];
    try (BackupReader reader = open(rewrite(entries))) {
      assertThatThrownBy(() -> reader.unpack(target, more -> written[0] += more))
          .isInstanceOf(BackupRefusedException.class);
    }
    assertThat(written[0]).isLessThanOrEqualTo(600_016);
    assertThat(target.resolve("CURRENT")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.sst",
        "store/../../evil.sst",
        "/etc/evil.sst",
        "store/sub/000001.sst",
        "store/root.key",
        "store/000009.sst",
        "store/link",
        "evil.sst"
      })
  void open_entryThatTheManifestDoesNotName_refused(String name) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put(name, new byte[] {1});
    refused(rewrite(entries), "it contains a file that is not in its manifest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../000009.sst", "/000009.sst", "sub/000009.sst", "root.key", "", ".", "CURRENT"})
  void open_manifestThatNamesNoFileOfAStore_refused(String name) throws IOException {
    Path file = withManifest(m -> m.addFiles(Manifest.File.newBuilder().setName(name)), "x");
    refused(file, "its manifest names an unexpected file, or a file twice");
  }

  @Test
  void open_fileMissing_refused() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.remove("store/CURRENT");
    refused(
        rewrite(entries), "a file of its manifest is missing, or the archive contains one twice");
  }

  @Test
  void open_noManifest_refused() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.remove("manifest.json");
    refused(rewrite(entries), "it has no manifest, so the backup is incomplete");
  }

  @Test
  void open_otherFormat_refusedNamingBoth() throws IOException {
    refused(withManifest(m -> m.setFormat(2), null), "its format is 2, and this version reads 1");
  }

  @Test
  void open_sizesThatNoDiskHas_refused() throws IOException {
    Path file =
        withManifest(
            m -> {
              for (int i = 0; i < m.getFilesCount(); i++) {
                m.getFilesBuilder(i).setSize(Long.MAX_VALUE);
              }
              return m;
            },
            null);
    try (BackupReader reader = open(file)) {
      assertThatThrownBy(reader::bytes).isInstanceOf(BackupRefusedException.class);
    }
    refused(
        withManifest(
            m -> {
              m.getFilesBuilder(0).setSize(-1);
              return m;
            },
            null),
        "its manifest contains a negative size");
  }

  private Path withManifest(UnaryOperator<Manifest.Builder> change, String extra)
      throws IOException {
    Map<String, byte[]> entries = entries();
    Manifest.Builder manifest = Manifest.newBuilder();
    JsonFormat.parser().merge(new String(entries.get("manifest.json"), UTF_8), manifest);
    entries.put(
        "manifest.json", JsonFormat.printer().print(change.apply(manifest)).getBytes(UTF_8));
    if (extra != null) {
      entries.put("store/extra", extra.getBytes(UTF_8));
    }
    return rewrite(entries);
  }

  private static void refused(Path file, String why) {
    assertThatThrownBy(() -> open(file).close())
        .isInstanceOf(BackupRefusedException.class)
        .hasMessage(why);
  }

  private static BackupReader open(Path file) throws IOException {
    return BackupReader.open(file, name -> name.matches("CURRENT|\\d+\\.(sst|log)"));
  }

  private Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(archive.toFile());
        Stream<? extends ZipEntry> all = zip.stream()) {
      for (ZipEntry entry : all.toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private Path rewrite(Map<String, byte[]> entries) throws IOException {
    Path file = temp.resolve("rewritten.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }
}
