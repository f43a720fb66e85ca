package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class LifecycleCases extends StoreCases {
  private Store store;

  /** Opens a store on the data of this case. */
  abstract Store open();

  @Override
  Store store() {
    return store;
  }

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void reopen_findsEverything() {
    Agent agent = newAgent();
    ApiKey master = get(store.createApiKey(Agents.masterKey(agent.owner()), AuditContexts.any()));
    ApiKey key = get(store.createApiKey(Agents.agentKey(agent), AuditContexts.any()));
    Session session = newSession(agent.agentId());
    session = appended(session, Sessions.draft("a"), Sessions.draft("b")).session();
    List<Message> messages = messages(session);
    Session archived = archive(newSession(agent.agentId()));
    Agent deleted = newAgent();
    get(store.deleteAgent(deleted.agentId(), AuditContexts.any()));

    store.close();
    store = open();

    assertThat(get(store.findAgent(agent.agentId()))).contains(agent);
    assertThat(get(store.findAgent(deleted.agentId()))).isEmpty();
    assertThat(get(store.listApiKeys(new ApiKeyQuery(agent.owner(), null, 9), Cancellation.NONE)))
        .containsExactlyInAnyOrder(master, key);
    assertThat(get(store.findApiKey(key.secretHash()))).contains(key);
    assertThat(list(agent.agentId(), false)).containsExactly(session);
    assertThat(list(agent.agentId(), true)).containsExactly(archived);
    assertThat(messages(session)).isEqualTo(messages);
    assertThat(get(store.findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(session);
  }

  /** Also if the last entry was deleted with its agent. */
  @Test
  void reopen_positionsStayAndGrow() {
    Session session = newSession();
    Session last = newSession();
    awaitChange(last, ChangePosition.START);
    get(store.deleteAgent(last.agentId(), AuditContexts.any()));
    ChangePosition position = get(store.lastChange());
    Change before = awaitChange(session, ChangePosition.START);

    store.close();
    store = open();

    assertThat(awaitChange(session, ChangePosition.START)).isEqualTo(before);
    assertThat(get(store.lastChange())).isGreaterThanOrEqualTo(position);
    appended(session, Sessions.draft("a"));
    assertThat(awaitChange(session, position).kind()).isEqualTo(Change.Kind.APPENDED);
  }

  private Change awaitChange(Session session, ChangePosition after) {
    while (true) {
      ChangeQuery query = new ChangeQuery(Set.of(session.agentId()), after, 1);
      List<Change> changes = get(store.listChanges(query, Cancellation.NONE)).changes();
      if (!changes.isEmpty()) {
        return changes.get(0);
      }
    }
  }

  @Test
  void checkWritable_repeated_succeedsAndChangesNothing() {
    Session session = newSession();

    get(store.checkWritable());
    get(store.checkWritable());
    store.close();
    store = open();
    get(store.checkWritable());

    assertThat(find(session)).isEqualTo(session);
  }

  @Test
  void close_twice_isFine() {
    store.close();
    store.close();
  }

  @Test
  void everyMethod_afterClose_unavailable() {
    Session session = Sessions.of(UUID.randomUUID());
    ApiKey key = Agents.masterKey("owner");
    store.close();

    List<CompletableFuture<?>> futures =
        List.of(
            store.createAgent(Agents.of("owner"), AuditContexts.any()),
            store.findAgent(session.agentId()),
            store.listAgents(new AgentQuery(null, null, 1), Cancellation.NONE),
            store.deleteAgent(session.agentId(), AuditContexts.any()),
            store.createApiKey(key, AuditContexts.any()),
            store.findApiKey(key.secretHash()),
            store.findApiKey(key.keyId()),
            store.listApiKeys(new ApiKeyQuery(null, null, 1), Cancellation.NONE),
            store.revokeApiKey(key.keyId(), clock.instant(), AuditContexts.any()),
            store.createSession(session),
            store.findSession(Sessions.ref(session), Cancellation.NONE),
            store.listSessions(
                new SessionQuery(
                    SessionFilter.ofAgent(session.agentId()),
                    SessionOrder.UPDATE_TIME_DESC,
                    null,
                    1),
                Cancellation.NONE),
            store.updateSession(Sessions.ref(session), s -> s),
            store.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any()),
            store.append(append(session, Sessions.drafts(1))),
            store.listMessages(query(Sessions.ref(session), true, 0, 1), Cancellation.NONE),
            store.lastChange(),
            store.listChanges(
                new ChangeQuery(Set.of(), ChangePosition.START, 1), Cancellation.NONE),
            store.checkWritable());

    for (CompletableFuture<?> future : futures) {
      refused(ErrorReason.UNAVAILABLE, future);
    }
  }

  @Test
  void close_duringWrites_losesNothingAcknowledged() throws Exception {
    Session session = newSession();
    AtomicInteger acknowledged = new AtomicInteger();
    CountDownLatch underWay = new CountDownLatch(200);
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread writer =
          new Thread(
              () -> {
                try {
                  while (true) {
                    appended(session, Sessions.draft("x"));
                    acknowledged.incrementAndGet();
                    underWay.countDown();
                  }
                } catch (SessionException e) {
                  assertThat(e.reason()).isEqualTo(ErrorReason.UNAVAILABLE);
                }
              });
      writer.start();
      writers.add(writer);
    }

    underWay.await();
    store.close();
    for (Thread writer : writers) {
      writer.join();
    }
    store = open();

    assertThat(messages(session)).hasSize(acknowledged.get());
  }

  @Test
  void close_duringReads_answersOrRefusesEach() {
    Session session = newSession();
    get(store.append(append(session, Sessions.drafts(500))));
    List<CompletableFuture<?>> reads = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      reads.add(
          store.listMessages(query(Sessions.ref(session), true, 0, 1_000), Cancellation.NONE));
    }

    store.close();

    assertThat(reads).allMatch(CompletableFuture::isDone);
  }
}
