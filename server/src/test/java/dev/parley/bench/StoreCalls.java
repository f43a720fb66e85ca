package dev.parley.bench;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Calls a store directly. It does the work of a server without a server. */
final class StoreCalls implements SessionApi {
  private static final Set<Role> EVERY_ROLE = EnumSet.allOf(Role.class);

  private final Content content = Content.text(new ChatText(2).next());
  private final Store store;

  StoreCalls(Store store) {
    this.store = store;
  }

  @Override
  public CompletableFuture<?> append(Session session) {
    return store.append(
        new Append(
            ref(session),
            null,
            OptionalLong.empty(),
            List.of(
                new Message.Draft(
                    UUID.randomUUID().toString(), Role.USER, content, null, Json.EMPTY_OBJECT)),
            Set.of(),
            Instant.now()));
  }

  @Override
  public CompletableFuture<?> get(Session session) {
    return store.findSession(ref(session), Cancellation.NONE);
  }

  @Override
  public CompletableFuture<?> history(Session session) {
    return store.listMessages(
        new MessageQuery(ref(session), true, EVERY_ROLE, null, 0, PAGE_SIZE, differentLimit()),
        Cancellation.NONE);
  }

  @Override
  public CompletableFuture<?> firstPage(UUID agentId) {
    return page(agentId, null);
  }

  @Override
  public CompletableFuture<?> pageAfter(UUID agentId, ListPosition place) {
    return page(agentId, place.cursor());
  }

  /** One more than the page size, because a server has to know whether another page follows. */
  private CompletableFuture<?> page(UUID agentId, Cursor after) {
    return store.listSessions(
        new SessionQuery(
            SessionFilter.ofAgent(agentId), SessionOrder.UPDATE_TIME_DESC, after, PAGE_SIZE + 1),
        Cancellation.NONE);
  }

  /**
   * A limit of bytes that no page reaches, and no other call has. The store reads equal pages once.
   */
  private static long differentLimit() {
    return Long.MAX_VALUE - ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
  }

  private static SessionRef.ById ref(Session session) {
    return new SessionRef.ById(session.agentId(), session.sessionId(), null);
  }
}
