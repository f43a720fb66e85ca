package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.core.append.AppendRequest;
import dev.parley.core.append.NewMessage;
import dev.parley.core.append.ResentDrafts;
import dev.parley.core.page.Batch;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessagePager;
import dev.parley.core.page.MessageWindow;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.read.ChunkedRead;
import dev.parley.core.read.HistoryRead;
import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Appends, reads and deletes messages of a session. Callers of this class must already have
 * authorized access to the agent.
 */
public final class Messages {
  /** The maximum size of a page in bytes. The default message limit of gRPC clients is 4 MiB. */
  public static final long PAGE_BYTES_MAX = Page.BYTES_MAX;

  private final Store store;
  private final PageTokens tokens;
  private final IdGenerator ids;
  private final MicroClock clock;
  private final AuditLog audit;
  private final int contentBytesMax;

  /**
   * Creates the use cases.
   *
   * @param contentBytesMax the maximum size of a message's content in bytes
   */
  public Messages(
      Store store,
      PageTokens tokens,
      IdGenerator ids,
      Clock clock,
      AuditLog audit,
      int contentBytesMax) {
    this.store = store;
    this.tokens = tokens;
    this.ids = ids;
    this.clock = new MicroClock(clock);
    this.audit = audit;
    this.contentBytesMax = contentBytesMax;
  }

  /** The maximum size of a message's content in bytes. */
  public int contentBytesMax() {
    return contentBytesMax;
  }

  /** Appends messages. {@link MessageStore#append} describes the rules. */
  public CompletableFuture<AppendResult> append(Caller caller, AppendRequest request) {
    Instant now = clock.now();
    SessionRef ref = request.ref();
    Session missing =
        request.createIfMissing() && ref instanceof SessionRef.ByKey byKey
            ? Sessions.newSession(
                caller.principal(), ref.agentId(), byKey.key(), Session.Profile.EMPTY, now, ids)
            : null;
    List<NewMessage> added = request.messages();
    Append append =
        new Append(
            ref,
            missing,
            request.expectedHead(),
            request.leaseFence(),
            drafts(added),
            chosenIds(added),
            now);
    return store
        .append(append)
        .exceptionallyCompose(failure -> resend(caller, append, failure))
        .exceptionallyCompose(failure -> Sessions.hideHolder(caller.principal(), failure));
  }

  /**
   * Appends once more if the store rejected the append because a message differs from the stored
   * one only in the spelling of its JSON. The comparison runs here, because in the store it would
   * delay the writes of other callers.
   */
  private CompletableFuture<AppendResult> resend(Caller caller, Append append, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    boolean reused =
        cause instanceof SessionException e && e.reason() == ErrorReason.MESSAGE_ID_REUSED;
    if (!reused) {
      return CompletableFuture.failedFuture(cause);
    }
    return stored(caller, append)
        .thenCompose(
            stored ->
                ResentDrafts.asStored(append.drafts(), stored)
                    .map(drafts -> store.append(append.withDrafts(drafts)))
                    .orElseGet(() -> CompletableFuture.failedFuture(cause)));
  }

  /** The stored messages with ids of the append, as far as they are of similar size. */
  private CompletableFuture<Map<String, Message>> stored(Caller caller, Append append) {
    long sent = append.drafts().stream().mapToLong(Message.Draft::bytes).sum();
    long bytesMax = Math.max(PAGE_BYTES_MAX, 2 * sent);
    return store
        .findSession(append.ref(), caller.cancellation())
        .thenCompose(
            session ->
                session.isEmpty()
                    ? CompletableFuture.completedFuture(Map.of())
                    : find(
                            caller,
                            new MessageLookup(
                                caller.byId(append.ref().agentId(), session.get().sessionId()),
                                append.chosenIds(),
                                Set.of(),
                                bytesMax))
                        .thenApply(Messages::byId));
  }

  private static Map<String, Message> byId(MessagePage page) {
    Map<String, Message> byId = new HashMap<>();
    page.messages().forEach(message -> byId.put(message.draft().messageId(), message));
    return byId;
  }

  private List<Message.Draft> drafts(List<NewMessage> messages) {
    List<Message.Draft> drafts = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      NewMessage message = messages.get(i);
      if (message.content().utf8().length > contentBytesMax) {
        throw SessionException.invalid(
            FieldViolation.maxBytes("messages[" + i + "].content", contentBytesMax));
      }
      String id = message.messageId();
      drafts.add(
          new Message.Draft(
              id == null ? ids.uuid().toString() : id,
              message.role(),
              message.content(),
              message.runId(),
              message.metadata(),
              Micros.truncateIfAny(message.clientTime())));
    }
    return drafts;
  }

  private static Set<String> chosenIds(List<NewMessage> messages) {
    Set<String> chosen = new HashSet<>();
    for (NewMessage message : messages) {
      if (message.messageId() != null) {
        chosen.add(message.messageId());
      }
    }
    return chosen;
  }

  /** Lists messages of a session. */
  public CompletableFuture<MessageWindow> list(
      Caller caller, MessageListing listing, PageRequest page) {
    return new MessagePager(store, tokens, caller, listing, page.size()).page(page.token());
  }

  /**
   * Deletes a message. {@link MessageStore#deleteMessage} describes the rules. Completes with the
   * deleted message.
   */
  public CompletableFuture<Message> delete(Caller caller, SessionRef.ById ref, String messageId) {
    return store.deleteMessage(
        ref, messageId, audit.context(caller.actor(), AuditAction.MESSAGE_DELETE));
  }

  /**
   * Deletes all messages of a session.
   *
   * @param etag the required etag of the session; null or empty for any
   * @param expectedHead the required head sequence of the session, if any
   */
  public CompletableFuture<Session> clear(
      Caller caller, SessionRef.ById ref, @Nullable String etag, OptionalLong expectedHead) {
    return store.clearSession(
        ref,
        session -> {
          Sessions.requireEtag(session, etag);
          if (expectedHead.isPresent() && expectedHead.getAsLong() != session.headSequence()) {
            throw StoreErrors.staleSequence(session.headSequence());
          }
        },
        audit.context(caller.actor(), AuditAction.SESSION_CLEAR));
  }

  /** Returns the message with this id. Fails with {@code MESSAGE_NOT_FOUND} if there is none. */
  public CompletableFuture<Message> get(Caller caller, SessionRef.ById ref, String messageId) {
    return find(caller, new MessageLookup(ref, Set.of(messageId), Set.of(), PAGE_BYTES_MAX))
        .thenApply(found -> first(found, "message_id", messageId));
  }

  /** Returns the message at a sequence. Fails with {@code MESSAGE_NOT_FOUND} if there is none. */
  public CompletableFuture<Message> get(Caller caller, SessionRef.ById ref, long sequence) {
    return find(caller, new MessageLookup(ref, Set.of(), Set.of(sequence), PAGE_BYTES_MAX))
        .thenApply(found -> first(found, "sequence", String.valueOf(sequence)));
  }

  private static Message first(MessagePage found, String field, String value) {
    if (found.messages().isEmpty() || found.messages().get(0).isDeleted()) {
      throw SessionException.messageNotFound(field, value);
    }
    return found.messages().get(0);
  }

  /** Returns the messages with these ids, in the order of the ids. */
  public CompletableFuture<Batch<String, Message>> get(
      Caller caller, SessionRef.ById ref, List<String> messageIds) {
    return find(caller, new MessageLookup(ref, Set.copyOf(messageIds), Set.of(), PAGE_BYTES_MAX))
        .thenApply(
            found -> {
              Map<String, Message> byId = byId(found);
              byId.values().removeIf(Message::isDeleted);
              return Batch.of(messageIds, byId, found.more());
            });
  }

  private CompletableFuture<MessagePage> find(Caller caller, MessageLookup lookup) {
    return store
        .findMessages(lookup, caller.cancellation())
        .thenApply(found -> found.orElseThrow(Authorizer::unknownSession));
  }

  /**
   * Reads the newest {@code limit} messages of the given roles, oldest first, from one snapshot.
   * The oldest messages are omitted if the history would be larger than {@code bytesMax} bytes.
   */
  public ChunkedRead<Message> history(
      Caller caller, SessionRef ref, Set<Role> roles, int limit, long bytesMax) {
    return new HistoryRead(ref, roles, limit, bytesMax).of(store, caller.cancellation());
  }
}
