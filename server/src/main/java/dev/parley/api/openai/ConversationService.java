package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.openai.item.NewItem;
import dev.parley.api.openai.retry.CreateDigest;
import dev.parley.api.openai.retry.IdempotencyKey;
import dev.parley.api.openai.retry.Retry;
import dev.parley.core.Sessions;
import dev.parley.core.page.Page;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.openai.v1.ConversationServiceGrpc;
import dev.parley.proto.openai.v1.CreateConversationRequest;
import dev.parley.proto.openai.v1.DeleteConversationRequest;
import dev.parley.proto.openai.v1.GetConversationRequest;
import dev.parley.proto.openai.v1.ListConversationsRequest;
import dev.parley.proto.openai.v1.UpdateConversationRequest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code openai.v1.ConversationService}: {@code /v1/conversations…}. */
final class ConversationService {
  /** The default size of a page. */
  static final int LIMIT_DEFAULT = 20;

  private final ConversationAccess access;
  private final Sessions sessions;
  private final ItemReferences references;
  private final ItemAppender appender;

  ConversationService(
      ConversationAccess access,
      Sessions sessions,
      ItemReferences references,
      ItemAppender appender) {
    this.access = access;
    this.sessions = sessions;
    this.references = references;
    this.appender = appender;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(ConversationServiceGrpc.getServiceDescriptor())
        .unary(
            ConversationServiceGrpc.getCreateConversationMethod(),
            this::createConversation,
            ConversationMapper::toWire)
        .unary(
            ConversationServiceGrpc.getGetConversationMethod(),
            this::getConversation,
            ConversationMapper::toWire)
        .unary(
            ConversationServiceGrpc.getListConversationsMethod(),
            this::listConversations,
            ConversationMapper::toWire)
        .unary(
            ConversationServiceGrpc.getUpdateConversationMethod(),
            this::updateConversation,
            ConversationMapper::toWire)
        .unary(
            ConversationServiceGrpc.getDeleteConversationMethod(),
            this::deleteConversation,
            ConversationMapper::toDeleted)
        .build();
  }

  /** {@code POST /v1/conversations}. */
  private CompletableFuture<Session> createConversation(
      Call call, CreateConversationRequest request) {
    Json metadata =
        request.hasMetadata()
            ? ConversationMapper.toModel(request.getMetadata())
            : Json.EMPTY_OBJECT;
    Session.Profile profile = ConversationMapper.withMetadata(Session.Profile.EMPTY, metadata);
    List<NewItem> items = appender.parse(call, request.getItemsList());
    CreateDigest digest = CreateDigest.of(metadata, items.size());
    return access
        .agent(call)
        .thenCompose(
            agentId ->
                references
                    .resolve(call, null, items)
                    .thenCompose(
                        resolved ->
                            create(call, agentId, profile, digest)
                                .thenCompose(created -> append(call, created, resolved))));
  }

  private CompletableFuture<Session> create(
      Call call, UUID agentId, Session.Profile profile, CreateDigest digest) {
    IdempotencyKey key = Retry.of(call).key();
    return key == null
        ? sessions.create(call.caller(), agentId, null, profile)
        : sessions
            .create(call.caller(), agentId, key.sessionKey(), profile.withOrigin(digest.toOrigin()))
            .exceptionallyCompose(
                failure ->
                    Failures.reason(failure) == ErrorReason.KEY_IN_USE
                        ? existing(call, call.caller().byKey(agentId, key.sessionKey()), digest)
                        : CompletableFuture.failedFuture(failure));
  }

  /** The conversation that an earlier call with the same idempotency key created. */
  private CompletableFuture<Session> existing(
      Call call, SessionRef.ByKey ref, CreateDigest digest) {
    return sessions
        .get(call.caller(), ref)
        .thenApply(
            session -> {
              if (digest.differsFrom(session)) {
                throw Failures.keyReused();
              }
              return session;
            });
  }

  private CompletableFuture<Session> append(Call call, Session session, List<NewItem> items) {
    return items.isEmpty()
        ? CompletableFuture.completedFuture(session)
        : appender
            .append(call, call.caller().byId(session.agentId(), session.sessionId()), items)
            .thenApply(result -> result.session());
  }

  /** {@code GET /v1/conversations/{conversation_id}}. */
  private CompletableFuture<Session> getConversation(Call call, GetConversationRequest request) {
    return get(call, request.getConversationId());
  }

  private CompletableFuture<Session> get(Call call, String conversationId) {
    return access.ref(call, conversationId).thenCompose(ref -> sessions.get(call.caller(), ref));
  }

  /** {@code GET /v1/conversations}. */
  private CompletableFuture<Page<Session>> listConversations(
      Call call, ListConversationsRequest request) {
    if (!request.getOrder().isEmpty() && !request.getOrder().equals("desc")) {
      throw SessionException.invalid(FieldViolation.format("order", "must be desc"));
    }
    int limit = request.hasLimit() ? request.getLimit() : LIMIT_DEFAULT;
    return access
        .agents(call)
        .thenCompose(
            agents -> {
              UUID agentId = agents.isEmpty() ? null : agents.get(0);
              return request.getAfter().isEmpty()
                  ? sessions.listAfter(call.caller(), agentId, null, limit)
                  : last(call, request.getAfter())
                      .thenCompose(last -> sessions.listAfter(call.caller(), agentId, last, limit));
            });
  }

  private CompletableFuture<Session> last(Call call, String after) {
    try {
      return get(call, after).exceptionallyCompose(Failures.withParam("after"));
    } catch (SessionException e) {
      return CompletableFuture.<Session>failedFuture(e)
          .exceptionallyCompose(Failures.withParam("after"));
    }
  }

  /** {@code POST /v1/conversations/{conversation_id}}. */
  private CompletableFuture<Session> updateConversation(
      Call call, UpdateConversationRequest request) {
    Json metadata = ConversationMapper.toModel(request.getMetadata());
    return access
        .ref(call, request.getConversationId())
        .thenCompose(
            ref ->
                sessions.update(
                    call.caller(),
                    ref,
                    null,
                    profile -> ConversationMapper.withMetadata(profile, metadata)));
  }

  /** {@code DELETE /v1/conversations/{conversation_id}}. */
  private CompletableFuture<Session> deleteConversation(
      Call call, DeleteConversationRequest request) {
    return access
        .ref(call, request.getConversationId())
        .thenCompose(ref -> sessions.deleteUnlessArchived(call.caller(), ref));
  }
}
