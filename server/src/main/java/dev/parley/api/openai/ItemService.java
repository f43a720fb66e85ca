package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.openai.item.ItemMapper;
import dev.parley.api.openai.item.NewItem;
import dev.parley.api.openai.retry.Retry;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessageStart;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.openai.v1.CreateItemsRequest;
import dev.parley.proto.openai.v1.DeleteItemRequest;
import dev.parley.proto.openai.v1.GetItemRequest;
import dev.parley.proto.openai.v1.ItemServiceGrpc;
import dev.parley.proto.openai.v1.ListItemsRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code openai.v1.ItemService}: {@code /v1/conversations/{conversation_id}/items…}. */
final class ItemService {
  private static final Set<String> INCLUDES =
      Set.of(
          "file_search_call.results",
          "web_search_call.results",
          "web_search_call.action.sources",
          "message.input_image.image_url",
          "computer_call_output.output.image_url",
          "code_interpreter_call.outputs",
          "reasoning.encrypted_content",
          "message.output_text.logprobs");

  private final ConversationAccess access;
  private final Sessions sessions;
  private final Messages messages;
  private final ItemFinder finder;
  private final ItemReferences references;
  private final ItemAppender appender;

  ItemService(
      ConversationAccess access,
      Sessions sessions,
      Messages messages,
      ItemFinder finder,
      ItemReferences references,
      ItemAppender appender) {
    this.access = access;
    this.sessions = sessions;
    this.finder = finder;
    this.messages = messages;
    this.references = references;
    this.appender = appender;
  }

  /** Messages of one conversation. */
  private record Found(UUID sessionId, List<Message> messages, boolean more) {}

  ServiceHandlers handlers() {
    return ServiceHandlers.of(ItemServiceGrpc.getServiceDescriptor())
        .unary(
            ItemServiceGrpc.getCreateItemsMethod(),
            this::createItems,
            found -> ItemMapper.toWire(found.sessionId, found.messages, found.more))
        .unary(
            ItemServiceGrpc.getListItemsMethod(),
            this::listItems,
            found -> ItemMapper.toWire(found.sessionId, found.messages, found.more))
        .unary(
            ItemServiceGrpc.getGetItemMethod(),
            this::getItem,
            found -> ItemMapper.toWire(found.sessionId, found.messages.get(0)))
        .unary(ItemServiceGrpc.getDeleteItemMethod(), this::deleteItem, ConversationMapper::toWire)
        .build();
  }

  /** {@code POST /v1/conversations/{conversation_id}/items}. */
  private CompletableFuture<Found> createItems(Call call, CreateItemsRequest request) {
    requireKnown(request.getIncludeList());
    if (request.getBody().getItemsCount() == 0) {
      throw SessionException.invalid(FieldViolation.required("items"));
    }
    CompletableFuture<SessionRef.ById> session = access.ref(call, request.getConversationId());
    List<NewItem> items = appender.parse(call, request.getBody().getItemsList());
    return session.thenCompose(
        ref ->
            references
                .resolve(call, ref, items)
                .thenCompose(resolved -> appender.append(call, ref, resolved))
                .thenApply(result -> new Found(ref.sessionId(), result.messages(), false)));
  }

  /** {@code GET /v1/conversations/{conversation_id}/items}. */
  private CompletableFuture<Found> listItems(Call call, ListItemsRequest request) {
    requireKnown(request.getIncludeList());
    boolean newestFirst = newestFirst(request.getOrder());
    int limit = request.hasLimit() ? request.getLimit() : ConversationService.LIMIT_DEFAULT;
    return access
        .ref(call, request.getConversationId())
        .thenCompose(
            ref ->
                position(call, ref, request.getAfter())
                    .thenCompose(after -> list(call, ref, newestFirst, after, limit)));
  }

  private static boolean newestFirst(String order) {
    return switch (order) {
      case "", "desc" -> true;
      case "asc" -> false;
      default ->
          throw SessionException.invalid(FieldViolation.format("order", "must be asc or desc"));
    };
  }

  /** The sequence of the item that the page follows; 0 for the first page. */
  private CompletableFuture<Long> position(Call call, SessionRef.ById ref, String after) {
    return after.isEmpty()
        ? CompletableFuture.completedFuture(0L)
        : finder.position(call, ref, after);
  }

  private CompletableFuture<Found> list(
      Call call, SessionRef.ById ref, boolean newestFirst, long after, int limit) {
    if (newestFirst && after == 1) {
      return CompletableFuture.completedFuture(new Found(ref.sessionId(), List.of(), false));
    }
    MessageStart start =
        after == 0 ? null : new MessageStart.AtSequence(newestFirst ? after - 1 : after + 1);
    MessageListing listing =
        new MessageListing(
            ref,
            newestFirst,
            start,
            false,
            EnumSet.allOf(Role.class),
            null,
            false,
            Messages.PAGE_BYTES_MAX);
    return list(call, listing, limit, null);
  }

  /**
   * Reads one extra message to compute {@code has_more}; a page token alone does not prove that
   * another item exists. Never returns an empty page before the end, because clients stop at one.
   */
  private CompletableFuture<Found> list(
      Call call, MessageListing listing, int limit, @Nullable String token) {
    UUID sessionId = listing.ref().sessionId();
    return messages
        .list(call.caller(), listing, new PageRequest(limit + 1, token))
        .thenCompose(
            window -> {
              List<Message> found = window.messages();
              String next = window.nextToken();
              if (found.isEmpty() && next != null) {
                return list(call, listing, limit, next);
              }
              boolean full = found.size() > limit;
              return CompletableFuture.completedFuture(
                  new Found(
                      sessionId, full ? found.subList(0, limit) : found, full || next != null));
            });
  }

  /** {@code GET /v1/conversations/{conversation_id}/items/{item_id}}. */
  private CompletableFuture<Found> getItem(Call call, GetItemRequest request) {
    requireKnown(request.getIncludeList());
    return access
        .ref(call, request.getConversationId())
        .thenCompose(
            ref ->
                finder
                    .find(call, ref, request.getItemId())
                    .thenApply(message -> new Found(ref.sessionId(), List.of(message), false)));
  }

  /** {@code DELETE /v1/conversations/{conversation_id}/items/{item_id}}. */
  private CompletableFuture<Session> deleteItem(Call call, DeleteItemRequest request) {
    return access
        .ref(call, request.getConversationId())
        .thenCompose(
            ref ->
                finder
                    .find(call, ref, request.getItemId())
                    .thenCompose(
                        message -> messages.delete(call.caller(), ref, message.draft().messageId()))
                    .thenApply(Message::sequence)
                    .exceptionallyCompose(
                        failure -> deletedBefore(call, ref, request.getItemId(), failure))
                    .thenCompose(deleted -> sessions.get(call.caller(), ref)));
  }

  /** A client that repeats a deletion by itself succeeds if the item is deleted. */
  private CompletableFuture<Long> deletedBefore(
      Call call, SessionRef.ById ref, String itemId, Throwable failure) {
    return Retry.of(call).isRetry() && Failures.reason(failure) == ErrorReason.MESSAGE_NOT_FOUND
        ? finder.deleted(call, ref, itemId)
        : CompletableFuture.failedFuture(failure);
  }

  private static void requireKnown(List<String> includes) {
    for (String include : includes) {
      if (!INCLUDES.contains(include)) {
        throw SessionException.invalid(FieldViolation.format("include", "has an unknown value"));
      }
    }
  }
}
