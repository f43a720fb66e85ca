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

/**
 * Writes backups of the store while the server runs. Only one backup runs at a time, on its own
 * thread.
 */
public final class Backups implements AutoCloseable {
  private final @Nullable BackupSource source;
  private final AuditLog audit;
  private final String version;
  private final AtomicReference<@Nullable Thread> running = new AtomicReference<>();
  private volatile boolean closed;

  /** The target of a backup. */
  @FunctionalInterface
  public interface Target {
    /**
     * Opens the stream that receives the backup.
     *
     * @param fileBytes the total size of the store's files in bytes
     */
    OutputStream open(long fileBytes) throws IOException;
  }

  /**
   * Creates the use cases for the store.
   *
   * @param version the version of Parley that the backups record
   */
  public Backups(Store store, AuditLog audit, String version) {
    this.audit = audit;
    source = store.backupSource().orElse(null);
    this.version = version;
  }

  /**
   * Starts a backup after recording it in the audit log. The future completes when the backup is
   * completely written. Fails with {@code BACKUP_UNSUPPORTED} if the store does not support
   * backups, with {@code BACKUP_UNDER_WAY} if another backup is running, and with {@code
   * UNAVAILABLE} if this instance is closed.
   *
   * @param target receives the backup; it may block, and ends the backup by throwing an exception
   */
  public CompletableFuture<Void> start(Caller caller, Target target) {
    if (source == null) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.BACKUP_UNSUPPORTED,
              "The store is a PostgreSQL database. Use pg_dump or archive its log."));
    }
    AuditContext auditContext = audit.context(caller.actor(), AuditAction.BACKUP_CREATE);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread = new Thread(() -> run(source, auditContext, target, done), "parley-backup");
    thread.setDaemon(true);
    if (!running.compareAndSet(null, thread)) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.BACKUP_UNDER_WAY,
              "Another backup is running. Only one backup can run at a time."));
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

  /** Cancels the running backup and rejects new ones. Does not wait. */
  @Override
  public void close() {
    closed = true;
    Thread thread = running.get();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
