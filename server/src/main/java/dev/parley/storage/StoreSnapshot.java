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
 * One state of the store. Each read returns what the method of the same name in {@link Store}
 * returned when the snapshot was opened.
 *
 * <p>A snapshot runs one read at a time: start a read after the future of the previous read has
 * completed. An overlapping read fails with {@link IllegalStateException}. A read of a closed
 * snapshot fails with {@link java.util.concurrent.CancellationException}, or with {@code
 * UNAVAILABLE} if the store closed it.
 *
 * <p>A snapshot holds resources of the store until it is closed: by {@link #close}, by the
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
   * Closes the snapshot. If a read is running, its resources are released when the read ends.
   * Thread-safe, never blocks, and has no effect when called again.
   */
  @Override
  void close();
}
