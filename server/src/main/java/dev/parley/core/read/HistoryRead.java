package dev.parley.core.read;

import dev.parley.auth.Authorizer;
import dev.parley.core.read.SnapshotRead.ChunkReader;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Reads the newest messages of a session, oldest first. */
public final class HistoryRead {
  /** The maximum size of a history that is read as one page, in bytes. */
  public static final long PAGE_BYTES = 1 << 20;

  /** The maximum number of messages of a history that is read as one page. */
  public static final int PAGE_MESSAGES = 1_000;

  private final SessionRef ref;
  private final Set<Role> roles;
  private final int limit;
  private final long bytesMax;

  public HistoryRead(SessionRef ref, Set<Role> roles, int limit, long bytesMax) {
    this.ref = ref;
    this.roles = roles;
    this.limit = limit;
    this.bytesMax = bytesMax;
  }

  public ChunkedRead<Message> of(Store store, Cancellation caller) {
    return new SnapshotRead<>(
        store, caller, cancellation -> page(store, cancellation), SnapshotChunkReader::new);
  }

  private CompletableFuture<Optional<List<Message>>> page(Store store, Cancellation cancellation) {
    int wanted = Math.min(limit, PAGE_MESSAGES);
    return store
        .listMessages(newestFirst(0, wanted, Math.min(bytesMax, PAGE_BYTES)), cancellation)
        .thenApply(
            found -> {
              MessagePage page = found.orElseThrow(Authorizer::unknownSession);
              List<Message> oldestFirst = new ArrayList<>(page.messages());
              Collections.reverse(oldestFirst);
              boolean cutByBytes = page.more() && oldestFirst.size() < wanted;
              boolean whole =
                  !page.more()
                      || oldestFirst.size() == limit
                      || (cutByBytes && bytesMax <= PAGE_BYTES);
              return whole ? Optional.of(oldestFirst) : Optional.empty();
            });
  }

  private MessageQuery newestFirst(long after, int messages, long bytes) {
    return new MessageQuery(ref, true, roles, null, after, messages, bytes);
  }

  /**
   * Reads backwards to find the first message, keeping only its sequence, then reads forwards in
   * chunks.
   */
  private final class SnapshotChunkReader implements ChunkReader<Message> {
    private final StoreSnapshot snapshot;
    private long oldest;
    private long count;
    private long bytes;
    private long after = -1;

    SnapshotChunkReader(StoreSnapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Override
    public CompletableFuture<Chunk<Message>> next() {
      return after < 0 ? back() : forward();
    }

    private CompletableFuture<Chunk<Message>> back() {
      int wanted = (int) Math.min(limit - count, PAGE_MESSAGES);
      return read(newestFirst(oldest, wanted, Chunk.BYTES))
          .thenCompose(
              page -> {
                boolean goesOn = page.more();
                for (Message message : page.messages()) {
                  bytes += message.bytes();
                  if (bytes > bytesMax && count > 0) {
                    goesOn = false;
                    break;
                  }
                  oldest = message.sequence();
                  count++;
                }
                if (goesOn && count < limit) {
                  return back();
                }
                after = Math.max(oldest - 1, 0);
                return forward();
              });
    }

    private CompletableFuture<Chunk<Message>> forward() {
      return read(new MessageQuery(ref, false, roles, null, after, PAGE_MESSAGES, Chunk.BYTES))
          .thenApply(
              page -> {
                List<Message> messages = page.messages();
                if (!messages.isEmpty()) {
                  after = messages.get(messages.size() - 1).sequence();
                }
                return new Chunk<>(messages, !page.more());
              });
    }

    private CompletableFuture<MessagePage> read(MessageQuery query) {
      return snapshot
          .listMessages(query)
          .thenApply(found -> found.orElseThrow(Authorizer::unknownSession));
    }
  }
}
