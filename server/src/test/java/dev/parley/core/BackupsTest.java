package dev.parley.core;

import static dev.parley.testing.Failures.assertReason;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.storage.BackupSource;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.Store;
import dev.parley.storage.StoreCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BackupsTest {
  private final CoreFixture core = new CoreFixture();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  @TempDir Path folder;
  private Path file;
  private Backups backups;
  private int closed;

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.writeString(folder.resolve("file"), "what the store has");
    backups = backups(this::frozen);
  }

  private Backups backups(BackupSource source) {
    Store store =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> Optional.of(source));
    return new Backups(store, core.audit, "1.2.3");
  }

  private FrozenStore frozen() {
    return new FrozenStore() {
      @Override
      public List<Path> files() {
        return List.of(file);
      }

      @Override
      public StoreCounts counts() {
        return new StoreCounts(3, 0, 0, 0, 0);
      }

      @Override
      public int layout() {
        return 1;
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  @Test
  void start_writesTheFilesAndAnAuditEntry() {
    core.clock.advance();

    backups.start(core.root, bytes -> written).join();

    assertThat(written.toString(UTF_8)).contains("what the store has", "1.2.3");
    assertThat(closed).isEqualTo(1);
    assertThat(core.lastAuditEntry().action()).isEqualTo("backup.create");
    assertThat(core.lastAuditEntry().actor()).isEqualTo(CoreFixture.ACTOR);
  }

  @Test
  void start_tellsTheTargetHowMuchComes() {
    long[] told = {-1};

    backups
        .start(
            core.root,
            bytes -> {
              told[0] = bytes;
              return written;
            })
        .join();

    assertThat(told[0]).isEqualTo("what the store has".length());
  }

  @Test
  void start_storeWithoutBackups_refused() {
    Backups none = new Backups(core.store, core.audit, "1.2.3");

    assertReason(ErrorReason.BACKUP_UNSUPPORTED, () -> none.start(core.root, bytes -> written));
  }

  @Test
  void start_whileAnotherIsWritten_refused() {
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> first =
        backups.start(
            core.root,
            bytes -> {
              awaitUninterrupted(release);
              return written;
            });

    assertReason(ErrorReason.BACKUP_UNDER_WAY, () -> backups.start(core.root, bytes -> written));
    release.countDown();
    first.join();
    backups.start(core.root, bytes -> written).join();
    assertThat(closed).isEqualTo(2);
  }

  private static void awaitUninterrupted(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void start_targetFails_failsAndLetsAnotherBegin() {
    IOException full = new IOException("disk full");

    assertThatThrownBy(
            () ->
                backups
                    .start(
                        core.root,
                        bytes -> {
                          throw full;
                        })
                    .join())
        .hasCause(full);

    assertThat(closed).isEqualTo(1);
    backups.start(core.root, bytes -> written).join();
    assertThat(written.toString(UTF_8)).contains("what the store has");
  }

  @Test
  void start_closed_unavailable() {
    backups.close();

    assertReason(ErrorReason.UNAVAILABLE, () -> backups.start(core.root, bytes -> written));
    assertThat(closed).isZero();
  }

  @Test
  void close_endsTheBackupThatIsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> backup =
        backups.start(
            core.root,
            bytes -> {
              begun.countDown();
              return new Interrupted();
            });
    begun.await();

    backups.close();

    assertReason(ErrorReason.UNAVAILABLE, () -> backup);
    assertThat(closed).isEqualTo(1);
  }

  /** Blocks until its thread is interrupted, as a slow socket or pipe does. */
  private static final class Interrupted extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }
  }
}
