package dev.parley.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.parley.model.Agent;
import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.TickingClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;

/** Helpers for all cases of the contract suite. */
@Timeout(60)
abstract class StoreCases {
  static final long NO_BYTES_MAX = Long.MAX_VALUE;

  final TickingClock clock = new TickingClock();

  abstract Store store();

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static SessionException refused(ErrorReason reason, CompletableFuture<?> future) {
    try {
      return fail("Not refused: " + get(future));
    } catch (SessionException e) {
      assertThat(e.reason()).isEqualTo(reason);
      return e;
    }
  }

  Agent newAgent() {
    return get(store().createAgent(Agents.of(Agents.owner()), AuditContexts.any()));
  }

  Session newSession() {
    return get(store().createSession(Sessions.of(newAgent().agentId())));
  }

  Session newSession(UUID agentId) {
    return get(store().createSession(Sessions.of(agentId)));
  }

  Session find(Session session) {
    return get(store().findSession(Sessions.ref(session), Cancellation.NONE)).orElseThrow();
  }

  Append append(Session session, List<Message.Draft> drafts) {
    return append(Sessions.ref(session), null, OptionalLong.empty(), drafts);
  }

  Append append(
      SessionRef ref, Session ifMissing, OptionalLong expectedHead, List<Message.Draft> drafts) {
    return new Append(ref, ifMissing, expectedHead, drafts, clock.instant());
  }

  Append making(Session session, OptionalLong expectedHead) {
    SessionRef ref = Sessions.keyRef(session);
    return append(ref, session, expectedHead, List.of(Sessions.draft("first")));
  }

  Append expecting(Session session, long head, int count) {
    return append(Sessions.ref(session), null, OptionalLong.of(head), Sessions.drafts(count));
  }

  AppendResult appended(Session session, Message.Draft... drafts) {
    return get(store().append(append(session, List.of(drafts))));
  }

  Session archive(Session session) {
    return get(
        store()
            .updateSession(
                Sessions.ref(session),
                s -> s.withArchiveTime(clock.instant()),
                AuditContexts.any()));
  }

  CompletableFuture<Session> restore(Session session) {
    return store()
        .updateSession(Sessions.ref(session), s -> s.withArchiveTime(null), AuditContexts.any());
  }

  /** The agent's sessions with leases that expire up to a time, read in pages. */
  List<Session> expiringLeases(UUID agentId, Instant until, int limit) {
    List<Session> all = new ArrayList<>();
    Cursor after = null;
    do {
      ExpiredPage page =
          get(
              store()
                  .listExpiredLeases(
                      new ExpiredQuery(agentId, until, after, limit), Cancellation.NONE));
      all.addAll(page.sessions());
      after = page.next();
    } while (after != null);
    return all;
  }

  CompletableFuture<Session> delete(Session session) {
    return store().deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any());
  }

  List<Session> list(UUID agentId, boolean archived) {
    return get(
        store()
            .listSessions(
                new SessionQuery(
                    SessionFilter.ofAgent(agentId),
                    archived ? SessionOrder.ARCHIVE_TIME_DESC : SessionOrder.UPDATE_TIME_DESC,
                    null,
                    SessionQuery.NO_LIMIT),
                Cancellation.NONE));
  }

  static MessageQuery query(SessionRef ref, boolean newestFirst, long after, int limit) {
    return new MessageQuery(
        ref, newestFirst, EnumSet.allOf(Role.class), null, after, limit, NO_BYTES_MAX);
  }

  /** All messages, oldest first. */
  List<Message> messages(Session session) {
    MessageQuery all = query(Sessions.ref(session), false, 0, Integer.MAX_VALUE);
    return get(store().listMessages(all, Cancellation.NONE)).orElseThrow().messages();
  }

  static List<String> texts(List<Message> messages) {
    return messages.stream().map(m -> new String(m.draft().content().utf8(), UTF_8)).toList();
  }

  static List<Long> sequences(List<Message> messages) {
    return messages.stream().map(Message::sequence).toList();
  }
}
