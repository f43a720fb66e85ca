package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.openai.item.ItemParser;
import dev.parley.api.openai.item.NewItem;
import dev.parley.api.openai.retry.Retry;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
import dev.parley.core.append.AppendRequest;
import dev.parley.core.append.NewMessage;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.PageRequest;
import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Appends items to conversations, and recognizes calls that are repeated. */
final class ItemAppender {
  /** How long a client's own retry is recognized. */
  private static final Duration RETRY_TIME = Duration.ofMinutes(10);

  /** The maximum size of the messages that a retry is compared with, in bytes. */
  private static final long COMPARED_BYTES_MAX = 64L << 20;

  /** How often a retry is compared again after another caller has appended. */
  private static final int COMPARISONS_MAX = 3;

  private final Sessions sessions;
  private final Messages messages;
  private final KeyedAppender keyed;
  private final Clock clock;
  private final int itemsMax;

  ItemAppender(Sessions sessions, Messages messages, Clock clock, int itemsMax) {
    this.sessions = sessions;
    this.messages = messages;
    this.keyed = new KeyedAppender(messages);
    this.clock = clock;
    this.itemsMax = itemsMax;
  }

  /** Parses the items of a request. Fails with {@code INVALID_FIELD}. */
  List<NewItem> parse(Call call, List<Json> items) {
    if (items.size() > itemsMax) {
      throw SessionException.invalid(
          new FieldViolation(
              "items",
              FieldViolation.Rule.MAX_ITEMS,
              itemsMax,
              "must not have more than " + itemsMax + " items"));
    }
    ItemParser parser = new ItemParser(Retry.of(call).by());
    List<NewItem> parsed = new ArrayList<>(items.size());
    long bytes = 0;
    for (int i = 0; i < items.size(); i++) {
      byte[] utf8 = items.get(i).getValueBytes().toByteArray();
      bytes += utf8.length;
      parsed.add(requireSize(parser.parse(utf8, "items[" + i + "]"), i));
    }
    if (!call.transport().fits(bytes)) {
      // The answer has all items. Over gRPC it would be too large for clients.
      throw CallErrors.tooLarge(Messages.PAGE_BYTES_MAX);
    }
    return parsed;
  }

  /** Core checks this as well, but only after a new conversation was created. */
  private NewItem requireSize(NewItem item, int index) {
    int max = messages.contentBytesMax();
    if (item.content().utf8().length > max) {
      throw SessionException.invalid(FieldViolation.maxBytes("items[" + index + "].content", max));
    }
    return item;
  }

  /** Appends items whose references are resolved. */
  CompletableFuture<AppendResult> append(Call call, SessionRef.ById ref, List<NewItem> items) {
    Retry retry = Retry.of(call);
    CompletableFuture<AppendResult> result =
        retry.key() != null
            ? keyed.append(call, ref, items, retry.key())
            : retry.isRetry()
                ? appendIfNew(call, ref, items, COMPARISONS_MAX)
                : append(call, ref, items, OptionalLong.empty());
    return result.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(inItems(CallErrors.peel(failure))));
  }

  /** Core names the content of messages; callers know items. */
  private static Throwable inItems(Throwable thrown) {
    if (!(thrown instanceof SessionException failure) || failure.violations().isEmpty()) {
      return thrown;
    }
    return SessionException.invalid(
        failure.violations().stream()
            .map(
                violation ->
                    violation.withField(violation.field().replaceFirst("^messages\\[", "items[")))
            .toList(),
        failure.metadata());
  }

  /** Appends a client's own retry, unless the newest messages are its items. */
  private CompletableFuture<AppendResult> appendIfNew(
      Call call, SessionRef.ById ref, List<NewItem> items, int comparisons) {
    return newest(call, ref, items.size())
        .thenCompose(
            newest -> {
              if (isStored(items, newest.messages())) {
                return CompletableFuture.completedFuture(newest);
              }
              OptionalLong head = OptionalLong.of(newest.session().headSequence());
              return append(call, ref, items, head)
                  .exceptionallyCompose(
                      failure ->
                          Failures.reason(failure) == ErrorReason.STALE_SEQUENCE && comparisons > 1
                              ? appendIfNew(call, ref, items, comparisons - 1)
                              : CompletableFuture.failedFuture(failure));
            });
  }

  /** The newest messages, oldest first, and the session before they were read. */
  private CompletableFuture<AppendResult> newest(Call call, SessionRef.ById ref, int count) {
    MessageListing listing =
        new MessageListing(
            ref, true, null, false, EnumSet.allOf(Role.class), null, false, COMPARED_BYTES_MAX);
    return sessions
        .get(call.caller(), ref)
        .thenCompose(
            session ->
                messages
                    .list(call.caller(), listing, new PageRequest(count, null))
                    .thenApply(
                        window -> {
                          List<Message> oldestFirst = new ArrayList<>(window.messages());
                          Collections.reverse(oldestFirst);
                          return new AppendResult(session, oldestFirst, List.of());
                        }));
  }

  private boolean isStored(List<NewItem> items, List<Message> newest) {
    if (newest.size() != items.size()) {
      return false;
    }
    Instant oldest = clock.instant().minus(RETRY_TIME);
    for (int i = 0; i < items.size(); i++) {
      Message message = newest.get(i);
      if (message.createTime().isBefore(oldest) || !items.get(i).isStoredAs(message)) {
        return false;
      }
    }
    return true;
  }

  private CompletableFuture<AppendResult> append(
      Call call, SessionRef.ById ref, List<NewItem> items, OptionalLong head) {
    return TakenIds.find(messages, call, ref, items)
        .thenCompose(taken -> append(call, ref, items, taken, head));
  }

  private CompletableFuture<AppendResult> append(
      Call call, SessionRef.ById ref, List<NewItem> items, TakenIds taken, OptionalLong head) {
    return messages
        .append(call.caller(), new AppendRequest(ref, false, head, drafts(ref, items, taken)))
        .exceptionallyCompose(
            failure -> {
              String id = TakenIds.reused(failure);
              return id != null && !taken.unread().contains(id)
                  ? append(call, ref, items, taken.with(id), head)
                  : CompletableFuture.failedFuture(failure);
            });
  }

  /** A chosen id that is taken is replaced. */
  private static List<NewMessage> drafts(SessionRef.ById ref, List<NewItem> items, TakenIds taken) {
    List<NewMessage> drafts = new ArrayList<>(items.size());
    Set<String> used = new HashSet<>(taken.unread());
    used.addAll(taken.stored().keySet());
    for (NewItem item : items) {
      String id = item.chosenId(ref.sessionId());
      boolean free = id != null && used.add(id);
      drafts.add(free ? item.withChosenId() : item.withoutChosenId(null));
    }
    return drafts;
  }
}
