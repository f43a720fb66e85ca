package dev.parley.storage;

import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One state of the store. Each read gives what the method of the same name of {@link Store} gave at
 * the moment of the snapshot.
 *
 * <p>A snapshot runs one read at a time: start the next read after the future of the former has
 * completed. A read that starts earlier fails with {@link IllegalStateException}, a read of a
 * closed snapshot with {@link java.util.concurrent.CancellationException}, or with {@code
 * UNAVAILABLE} if the store closed it.
 *
 * <p>Resources of the store stay in use until the snapshot is closed: by {@link #close}, by the
 * cancellation that it was opened with, or by closing the store.
 */
public interface StoreSnapshot extends AutoCloseable {

  /** See {@link SessionStore#listSessions}. */
  CompletableFuture<List<Session>> listSessions(SessionQuery query);

  /** See {@link SessionStore#listKeys}. */
  CompletableFuture<List<String>> listKeys(KeyQuery query);

  /** See {@link MessageStore#listMessages}. */
  CompletableFuture<Optional<MessagePage>> listMessages(MessageQuery query);

  /** See {@link RunStore#listRuns}. */
  CompletableFuture<Optional<RunPage>> listRuns(RunQuery query);

  /** See {@link RunStore#findRuns}. */
  CompletableFuture<Optional<RunPage>> findRuns(SessionRef.ById ref, Set<String> runIds);

  /** See {@link RunStore#findContexts}. */
  CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds);

  /**
   * Releases the snapshot; while a read runs, when that read ends. Can be called from any thread,
   * never blocks, and does nothing the second time.
   */
  @Override
  void close();
}
