package dev.parley.core.read;

import dev.parley.auth.Authorizer;
import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Reads messages, runs and retrieved contexts of one session, from the store or from a snapshot.
 * Each method fails with {@code SESSION_NOT_FOUND} if the session does not exist.
 */
interface SessionContentReader {
  CompletableFuture<MessagePage> messages(MessageQuery query);

  CompletableFuture<List<Run>> runs(RunQuery query);

  CompletableFuture<List<Run>> runs(SessionRef.ById ref, Set<String> runIds);

  CompletableFuture<Map<String, List<Json>>> contexts(SessionRef.ById ref, Set<String> runIds);

  private static <T> T found(Optional<T> found) {
    return found.orElseThrow(Authorizer::unknownSession);
  }

  /** Reads the current state of the store. */
  static SessionContentReader of(Store store, Cancellation cancellation) {
    return new SessionContentReader() {
      @Override
      public CompletableFuture<MessagePage> messages(MessageQuery query) {
        return store.listMessages(query, cancellation).thenApply(SessionContentReader::found);
      }

      @Override
      public CompletableFuture<List<Run>> runs(RunQuery query) {
        return store
            .listRuns(query, cancellation)
            .thenApply(SessionContentReader::found)
            .thenApply(RunPage::runs);
      }

      @Override
      public CompletableFuture<List<Run>> runs(SessionRef.ById ref, Set<String> runIds) {
        return store
            .findRuns(ref, runIds, cancellation)
            .thenApply(SessionContentReader::found)
            .thenApply(RunPage::runs);
      }

      @Override
      public CompletableFuture<Map<String, List<Json>>> contexts(
          SessionRef.ById ref, Set<String> runIds) {
        return store.findContexts(ref, runIds, cancellation).thenApply(SessionContentReader::found);
      }
    };
  }

  /** Reads a snapshot. */
  static SessionContentReader of(StoreSnapshot snapshot) {
    return new SessionContentReader() {
      @Override
      public CompletableFuture<MessagePage> messages(MessageQuery query) {
        return snapshot.listMessages(query).thenApply(SessionContentReader::found);
      }

      @Override
      public CompletableFuture<List<Run>> runs(RunQuery query) {
        return snapshot
            .listRuns(query)
            .thenApply(SessionContentReader::found)
            .thenApply(RunPage::runs);
      }

      @Override
      public CompletableFuture<List<Run>> runs(SessionRef.ById ref, Set<String> runIds) {
        return snapshot
            .findRuns(ref, runIds)
            .thenApply(SessionContentReader::found)
            .thenApply(RunPage::runs);
      }

      @Override
      public CompletableFuture<Map<String, List<Json>>> contexts(
          SessionRef.ById ref, Set<String> runIds) {
        return snapshot.findContexts(ref, runIds).thenApply(SessionContentReader::found);
      }
    };
  }
}
