package dev.parley.core.page;

import dev.parley.auth.Caller;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads one page of a list of messages. A page token holds a sequence: a positive number for the
 * page after it, a negative one for the page before it, both in the order of the list.
 */
public final class MessagePager {
  private final Store store;
  private final PageTokens tokens;
  private final Caller caller;
  private final MessageListing listing;
  private final int size;
  private final boolean tokenAtEnd;

  public MessagePager(
      Store store, PageTokens tokens, Caller caller, MessageListing listing, int size) {
    this(store, tokens, caller, listing, size, false);
  }

  private MessagePager(
      Store store,
      PageTokens tokens,
      Caller caller,
      MessageListing listing,
      int size,
      boolean tokenAtEnd) {
    this.store = store;
    this.tokens = tokens;
    this.caller = caller;
    this.listing = listing;
    this.size = size;
    this.tokenAtEnd = tokenAtEnd;
  }

  /** A pager whose last page also has a token, for the messages that are stored later. */
  public MessagePager withTokenAtEnd() {
    return new MessagePager(store, tokens, caller, listing, size, true);
  }

  /**
   * Reads the page of a token.
   *
   * @param token null or empty for the first page, which {@link MessageListing#start} describes
   */
  public CompletableFuture<MessageWindow> page(@Nullable String token) {
    long position = tokens.sequence(caller.principal(), listing.query(), token);
    if (position < 0) {
      return before(-(position + 1));
    }
    if (position > 0) {
      return after(position).thenApply(part -> window(part, beforeFirst(part, position)));
    }
    MessageStart start = listing.start();
    if (start == null) {
      return after(0).thenApply(part -> window(part, null));
    }
    return new MessageStartLookup(store, caller, listing)
        .sequence(start)
        // One below the maximum, so that the position before it does not overflow.
        .thenCompose(sequence -> startingAt(step(Math.min(sequence, Long.MAX_VALUE - 1), -1)));
  }

  /** The sequence that is {@code steps} further in the order of the list. */
  private long step(long sequence, int steps) {
    return listing.newestFirst() ? sequence - steps : sequence + steps;
  }

  private CompletableFuture<MessageWindow> startingAt(long after) {
    int before = listing.around() ? size / 2 : 0;
    long bytesMax = before == 0 ? listing.bytesMax() : listing.bytesMax() / 2;
    return read(listing.newestFirst(), after, size - before, bytesMax)
        .thenCompose(
            part -> {
              long left = listing.bytesMax() - bytes(part.messages());
              if (before == 0 || left <= 0) {
                boolean first = part.session().headSequence() == 0 || isFirst(part, after);
                return CompletableFuture.completedFuture(
                    window(part, first ? null : beforeFirst(part, after)));
              }
              long start = step(after, 1);
              return read(!listing.newestFirst(), start, before, left)
                  .thenApply(earlier -> joined(earlier.within(left, start), part));
            });
  }

  private boolean isFirst(MessageRead.Part part, long after) {
    long start = step(after, 1);
    Session session = part.session();
    return listing.newestFirst()
        ? start >= session.headSequence()
        : start <= session.counts().clearedSequence() + 1;
  }

  private CompletableFuture<MessageRead.Part> after(long position) {
    return read(listing.newestFirst(), position, size, listing.bytesMax());
  }

  private CompletableFuture<MessageWindow> before(long position) {
    return read(!listing.newestFirst(), position, size, listing.bytesMax())
        .thenApply(
            part ->
                new MessageWindow(
                    reversed(part.messages()),
                    part.more() ? tokenBefore(part.last()) : null,
                    tokenAfter(
                        part.messages().isEmpty()
                            ? step(position, -1)
                            : part.messages().get(0).sequence())));
  }

  private MessageWindow window(MessageRead.Part part, @Nullable String previousToken) {
    return new MessageWindow(part.messages(), previousToken, nextToken(part), part.more());
  }

  private MessageWindow joined(MessageRead.Part earlier, MessageRead.Part later) {
    List<Message> messages = reversed(earlier.messages());
    messages.addAll(later.messages());
    return new MessageWindow(
        messages,
        earlier.more() ? tokenBefore(earlier.last()) : null,
        nextToken(later),
        later.more());
  }

  private @Nullable String nextToken(MessageRead.Part part) {
    return part.more() || tokenAtEnd ? tokenAfter(part.last()) : null;
  }

  private String beforeFirst(MessageRead.Part part, long after) {
    return tokenBefore(
        part.messages().isEmpty() ? step(after, 1) : part.messages().get(0).sequence());
  }

  private String tokenBefore(long sequence) {
    return tokens.ofSequence(caller.principal(), listing.query(), -sequence - 1);
  }

  private String tokenAfter(long sequence) {
    return tokens.ofSequence(caller.principal(), listing.query(), sequence);
  }

  private CompletableFuture<MessageRead.Part> read(
      boolean newestFirst, long after, int limit, long bytesMax) {
    return new MessageRead(store, caller, listing, newestFirst, limit, bytesMax).after(after);
  }

  private static long bytes(List<Message> messages) {
    return messages.stream().mapToLong(Message::bytes).sum();
  }

  private static List<Message> reversed(List<Message> messages) {
    List<Message> reversed = new ArrayList<>(messages);
    Collections.reverse(reversed);
    return reversed;
  }
}
