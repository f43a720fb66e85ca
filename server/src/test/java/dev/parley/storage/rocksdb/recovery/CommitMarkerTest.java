package dev.parley.storage.rocksdb.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CommitMarkerTest {
  private static final int SLOT_DISTANCE = 4096;

  private final Logger logger = (Logger) LoggerFactory.getLogger(CommitMarker.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir Path folder;

  @BeforeEach
  void captureLog() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void releaseLog() {
    logger.detachAppender(log);
  }

  @Test
  void committed_threadInterrupted_isWritten() throws IOException {
    try (CommitMarker marker = open()) {
      marker.committed(1);
      Thread.currentThread().interrupt();
      marker.committed(2);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(CommitMarker.read(folder)).isEqualTo(2);
      marker.committed(3);
    }
    assertThat(CommitMarker.read(folder)).isEqualTo(3);
    assertThat(log.list).isEmpty();
  }

  @Test
  void read_oneSlotDamaged_hasTheOther() throws IOException {
    commitTwice();
    flip(SLOT_DISTANCE);
    assertThat(CommitMarker.read(folder)).isEqualTo(1);
    assertThat(log.list).isEmpty();
  }

  @Test
  void read_incompleteSlot_hasTheOther() throws IOException {
    commitTwice();
    try (RandomAccessFile file = file()) {
      file.setLength(SLOT_DISTANCE + 5);
    }
    assertThat(CommitMarker.read(folder)).isEqualTo(1);
    assertThat(log.list).isEmpty();
  }

  @Test
  void read_bothSlotsDamaged_warns() throws IOException {
    commitTwice();
    flip(0);
    flip(SLOT_DISTANCE);
    assertThat(CommitMarker.read(folder)).isEqualTo(0);
    assertThat(log.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage())
                  .contains("last-commit is damaged")
                  .contains("A lost log may not be noticed");
            });
  }

  @Test
  void read_noCommitYet_isSilent() throws IOException {
    assertThat(CommitMarker.read(folder)).isEqualTo(0);
    open().close();
    assertThat(CommitMarker.read(folder)).isEqualTo(0);
    assertThat(log.list).isEmpty();
  }

  @Test
  void manifestChanged_shorterThanBefore_keepsTheLongerOne() throws IOException {
    Path manifest = folder.resolve("MANIFEST-000005");
    Files.write(manifest, new byte[] {1, 2, 3, 4});
    try (CommitMarker marker = open()) {
      marker.manifestChanged("MANIFEST-000005", 4);
      marker.manifestChanged("MANIFEST-000005", 3);
    }
    assertThat(ManifestMark.read(folder).bytes()).isEqualTo(4);
    assertThat(ManifestMark.read(folder).damageOf(manifest)).isNull();
    Files.write(manifest, new byte[] {1, 2, 3, 5});
    assertThat(ManifestMark.read(folder).damageOf(manifest)).isEqualTo("is damaged");
  }

  @Test
  void manifestChanged_fileIsGone_warnsAndKeepsTheMark() throws IOException {
    Files.write(folder.resolve("MANIFEST-000005"), new byte[] {1, 2, 3, 4});
    try (CommitMarker marker = open()) {
      marker.manifestChanged("MANIFEST-000005", 4);
      marker.manifestChanged("MANIFEST-000006", 4);
    }
    assertThat(ManifestMark.read(folder).number()).isEqualTo(5);
    assertThat(log.list).hasSize(1);
  }

  /** Threads that commit at the same time report in any order. */
  @Test
  void committed_lowerNumberLater_keepsTheHigher() throws IOException {
    try (CommitMarker marker = open()) {
      marker.committed(5);
      marker.committed(4);
      marker.committed(3);
    }

    assertThat(CommitMarker.read(folder)).isEqualTo(5);
  }

  private CommitMarker open() throws IOException {
    return CommitMarker.open(folder, folder);
  }

  private void commitTwice() throws IOException {
    try (CommitMarker marker = open()) {
      marker.committed(1);
      marker.committed(2);
    }
  }

  private RandomAccessFile file() throws IOException {
    return new RandomAccessFile(folder.resolve(CommitMarker.FILE).toFile(), "rw");
  }

  private void flip(long at) throws IOException {
    try (RandomAccessFile file = file()) {
      file.seek(at + 7);
      int value = file.read();
      file.seek(at + 7);
      file.write(value ^ 1);
    }
  }
}
