package dev.parley.core.watch;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Messages that watches of one session have not reported yet, although newer ones exist. Watches
 * that are behind are at different places. Messages are read in sections with fixed bounds, so that
 * these watches share what they read.
 */
final class OlderMessages {
  /** The number of sequences in a section. */
  static final int SECTION_LENGTH = 32;

  /** The estimated memory of all sections that are kept, in bytes. */
  private static final long MEMORY_MAX = 32 << 20;

  /** A message is also kept as a response, and encoded. */
  private static final int MEMORY_PER_BYTE = 4;

  private static final int SECTION_MEMORY = 1024;

  /**
   * How long a section is kept. If a database loses acknowledged messages, a watch that is behind
   * can report them for this time, instead of those that were stored in their place.
   */
  private static final Duration KEPT_MAX = Duration.ofSeconds(2);

  private final Store store;
  private final AsyncCache<Key, Section> sections =
      Caffeine.newBuilder()
          .maximumWeight(MEMORY_MAX)
          .weigher((Key key, Section section) -> section.memory())
          .expireAfterWrite(KEPT_MAX)
          .scheduler(Scheduler.systemScheduler())
          .buildAsync();

  OlderMessages(Store store) {
    this.store = store;
  }

  /**
   * Names a section. Its messages change only if they are deleted, or if a database loses them.
   *
   * @param deleted the number of deleted messages of the session
   */
  private record Key(UUID sessionId, Instant createTime, long deleted, long number) {
    static Key of(Session session, long number) {
      return new Key(
          session.sessionId(), session.createTime(), session.counts().deletedCount(), number);
    }
  }

  /**
   * The messages of a section.
   *
   * @param last the sequence of the last message that was read
   */
  private record Section(List<WatchEvent> events, long last, int bytes) {
    int memory() {
      return SECTION_MEMORY + MEMORY_PER_BYTE * bytes;
    }

    List<WatchEvent> after(long sequence) {
      int from = 0;
      while (from < events.size() && events.get(from).cursor().number() <= sequence) {
        from++;
      }
      return events.subList(from, events.size());
    }
  }

  /** Whether the section of the next message after a sequence ends at {@code head} or before. */
  static boolean isComplete(long head, long after) {
    return head >= (after / SECTION_LENGTH + 1) * SECTION_LENGTH;
  }

  /**
   * Reads messages of a session after a sequence. Empty if the messages are too large to share, or
   * if the session has changed in the meantime.
   */
  CompletableFuture<Optional<SessionSource.Messages>> read(Session session, long after) {
    Key key = Key.of(session, after / SECTION_LENGTH);
    return sections
        .get(key, (unused, executor) -> section(key, session))
        .thenApply(
            section ->
                section.last() <= after
                    ? Optional.empty()
                    : Optional.of(
                        new SessionSource.Messages(
                            session, section.after(after), section.last(), true, List.of())));
  }

  private CompletableFuture<Section> section(Key key, Session session) {
    SessionRef.ById ref = new SessionRef.ById(session.agentId(), session.sessionId(), null);
    long first = key.number() * SECTION_LENGTH;
    MessageQuery query =
        new MessageQuery(
                ref,
                false,
                EnumSet.allOf(Role.class),
                null,
                first,
                SECTION_LENGTH,
                WatchSource.BYTES_MAX)
            .withDeleted();
    return store
        .listMessages(query, Cancellation.NONE)
        .thenApply(
            page ->
                page.filter(read -> Key.of(read.session(), key.number()).equals(key))
                    .map(read -> section(ref, read, first))
                    .orElseGet(() -> new Section(List.of(), first, 0)));
  }

  private static Section section(SessionRef.ById ref, MessagePage page, long first) {
    List<WatchEvent> events = new ArrayList<>(page.messages().size());
    long last = first;
    int bytes = 0;
    for (Message message : page.messages()) {
      last = message.sequence();
      bytes += message.bytes();
      if (!message.isDeleted()) {
        events.add(WatchEvent.Appended.of(ref, message));
      }
    }
    return new Section(List.copyOf(events), last, bytes);
  }
}
