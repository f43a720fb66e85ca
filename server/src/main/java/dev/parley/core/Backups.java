package dev.parley.core;

import dev.parley.auth.Caller;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.BackupSource;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.Store;
import dev.parley.storage.backup.BackupWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Backups of a whole store while it serves: one at a time, each on a thread of its own. */
public final class Backups implements AutoCloseable {
  private final @Nullable BackupSource source;
  private final AuditLog audit;
  private final String version;
  private final AtomicReference<@Nullable Thread> running = new AtomicReference<>();
  private volatile boolean closed;

  /** Where a backup goes. */
  @FunctionalInterface
  public interface Target {
    /**
     * What takes the backup.
     *
     * @param fileBytes how many bytes the store's files take
     */
    OutputStream open(long fileBytes) throws IOException;
  }

  /**
   * Backups of a store.
   *
   * @param version the version of Parley that they are to name
   */
  public Backups(Store store, AuditLog audit, String version) {
    this.audit = audit;
    source = store.backupSource().orElse(null);
    this.version = version;
  }

  /**
   * Starts to write a backup, once the audit log says so; completes when all of it is written.
   * {@code BACKUP_UNSUPPORTED} if the store has none to offer, {@code BACKUP_UNDER_WAY} while
   * another is written, {@code UNAVAILABLE} if this is closed meanwhile.
   *
   * @param target where to; may block, and ends the backup by an exception
   */
  public CompletableFuture<Void> start(Caller caller, Target target) {
    if (source == null) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.BACKUP_UNSUPPORTED,
              "The store is a PostgreSQL database: back it up with pg_dump, or archive its log."));
    }
    AuditContext auditContext = audit.context(caller.actor(), AuditAction.BACKUP_CREATE);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread = new Thread(() -> run(source, auditContext, target, done), "parley-backup");
    thread.setDaemon(true);
    if (!running.compareAndSet(null, thread)) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.BACKUP_UNDER_WAY, "A backup is being made; there is one at a time."));
    }
    thread.start();
    return done;
  }

  private void run(
      BackupSource source, AuditContext auditContext, Target target, CompletableFuture<Void> done) {
    Throwable failure = null;
    try {
      AuditEntry begun = audit.add(auditContext).join();
      write(source, begun.time(), target);
    } catch (Throwable e) {
      failure = stopped(e) ? stopping() : e;
    }
    running.set(null);
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }

  private void write(BackupSource source, Instant time, Target target) throws IOException {
    if (closed) {
      throw stopping();
    }
    try (FrozenStore store = source.freeze()) {
      OutputStream out = target.open(BackupWriter.bytes(store));
      BackupWriter.write(store, out, version, time);
    }
  }

  private boolean stopped(Throwable failure) {
    return closed
        && (failure instanceof ClosedByInterruptException
            || failure instanceof InterruptedIOException);
  }

  private static SessionException stopping() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The server is stopping.");
  }

  /** Ends the backup that is under way, and lets no other begin. Does not wait. */
  @Override
  public void close() {
    closed = true;
    Thread thread = running.get();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
