package dev.parley.storage;

import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.webhook.WebhookStore;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Stores agents, API keys, sessions, messages, runs, audit entries, the change log and webhooks.
 * All engines keep this contract.
 *
 * <p>Methods never block the caller, and never throw. A future may complete on any thread, so
 * dependent actions must not block either.
 *
 * <p><b>Writes</b> are atomic. The future of a write completes when the write is durable: it
 * survives a crash of the process and of the machine. Writes to one session take effect one after
 * the other; the order of concurrent writes is undefined. A read that starts after the future of a
 * write has completed sees the write, on every server.
 *
 * <p><b>Reads</b> see one state of the store each, and never a part of a write. To read a list in
 * several steps from one state, use a {@link #snapshot}.
 *
 * <p><b>Cancellation.</b> A read that takes a {@link Cancellation} stops when its caller cancels. A
 * read that waits for a thread leaves the queue at once. A running read ends after at most 100 ms
 * of work. The future then fails with a {@link java.util.concurrent.CancellationException}.
 * Cancelling a completed read has no effect.
 *
 * <p><b>Audit.</b> A write that takes an {@link AuditContext} adds an audit entry in the same
 * atomic change. A write that fails or changes nothing adds no entry. Audit entries are never
 * changed. Only {@link #deleteAuditEntries} removes them.
 *
 * <p><b>Errors.</b> A future fails with a {@link SessionException} for the reasons that each method
 * names. Every method may also fail with {@code OVERLOADED} if a queue is full, and with {@code
 * UNAVAILABLE} if the store is closed or cannot be reached. After {@code OVERLOADED} nothing was
 * written. After {@code UNAVAILABLE} it is unknown whether the write took effect. Any other
 * exception is a fault.
 *
 * <p><b>Text</b> keeps its code points and is compared without regard to locale. Keys are case
 * sensitive. Times have a resolution of one microsecond. Arguments are not null unless marked so.
 */
public interface Store
    extends AgentStore,
        ApiKeyStore,
        SessionStore,
        MessageStore,
        RunStore,
        AuditStore,
        ChangeStore,
        AutoCloseable {
  /**
   * The source of online backups. Empty if the store has to be backed up with other tools, such as
   * those of its database.
   */
  default Optional<BackupSource> backupSource() {
    return Optional.empty();
  }

  /** The webhooks. Stays usable until the store is closed. */
  WebhookStore webhooks();

  /** Whether other servers can change the store at the same time. */
  default boolean isShared() {
    return false;
  }

  /**
   * A number that grows with each change of the store and survives restarts. If it is the same at
   * two times, nothing was changed in between. Empty if the store has no such number.
   */
  default OptionalLong changeNumber() {
    return OptionalLong.empty();
  }

  /**
   * Opens a snapshot: one state of the store, to be read in several steps. The caller closes it.
   *
   * <p>Snapshots have their own threads, so long lists do not delay single reads. A store may limit
   * the number of open snapshots. A call over the limit waits, and fails with {@code OVERLOADED} if
   * too many calls wait.
   *
   * @param cancellation cancels a waiting call, closes the snapshot and cancels its reads
   */
  CompletableFuture<StoreSnapshot> snapshot(Cancellation cancellation);

  /**
   * Checks whether the store accepts durable writes. Completes if it does, and fails otherwise. The
   * check makes a small durable write that changes no data, so do not call it for every request.
   */
  CompletableFuture<Void> checkWritable();

  /**
   * Rejects new calls, completes accepted writes and running reads, closes open snapshots and
   * releases all resources. Reads that wait for a thread fail with {@code UNAVAILABLE} at once.
   * Blocks until done. Calling it again has no effect.
   */
  @Override
  void close();
}
