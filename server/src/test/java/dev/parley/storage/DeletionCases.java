package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

abstract class DeletionCases extends StoreCases {

  @Test
  void deleteSession_isGoneEverywhere() {
    Session session = newSession();
    Session neighbour = newSession(session.agentId());
    appended(neighbour, Sessions.draft("stays"));
    Session last = appended(session, Sessions.draft("goes")).session();

    assertThat(get(delete(session))).isEqualTo(last);

    assertGone(session);
    assertThat(texts(messages(neighbour))).containsExactly("stays");
  }

  @Test
  void deleteSession_archived_isGoneEverywhereAndLeavesTheKeysHolder() {
    Session session = newSession();
    archive(session);
    Session holder = get(store().createSession(Sessions.of(session.agentId(), session.key())));

    get(delete(session));

    assertThat(list(session.agentId(), true)).isEmpty();
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(holder);
  }

  @Test
  void deleteSession_guardRefuses_nothingChanged() {
    Session session = newSession();
    session = appended(session, Sessions.draft("m", "stays")).session();

    refused(
        ErrorReason.SESSION_ACTIVE,
        store()
            .deleteSession(
                Sessions.ref(session),
                s -> {
                  throw new SessionException(ErrorReason.SESSION_ACTIVE, "no");
                },
                AuditContexts.any()));

    assertThat(find(session)).isEqualTo(session);
    assertThat(texts(messages(session))).containsExactly("stays");
  }

  @Test
  void deleteSession_guardSeesTheSession() {
    Session session = newSession();
    CompletableFuture<Session> seen = new CompletableFuture<>();

    get(store().deleteSession(Sessions.keyRef(session), seen::complete, AuditContexts.any()));

    assertThat(seen).isCompletedWithValue(session);
  }

  @Test
  void deleteSession_unknown_refused() {
    Session session = newSession();
    get(delete(session));

    refused(ErrorReason.SESSION_NOT_FOUND, delete(session));
  }

  @Test
  void deleteSession_sameIdsAgain_startEmpty() {
    Session session = newSession();
    Message.Draft draft = Sessions.draft("m", "first life");
    appended(session, draft, Sessions.draft("more"));
    get(delete(session));

    get(store().createSession(session));
    assertThat(messages(session)).isEmpty();
    appended(session, Sessions.draft("m", "second life"));

    assertThat(texts(messages(session))).containsExactly("second life");
    assertThat(list(session.agentId(), false)).hasSize(1);
  }

  @Test
  void deleteAgent_unknown_false() {
    assertThat(get(store().deleteAgent(UUID.randomUUID(), AuditContexts.any()))).isFalse();
  }

  @Test
  void deleteAgent_takesSessionsMessagesAndKeys() {
    Agent agent = newAgent();
    Agent sibling = get(store().createAgent(Agents.of(agent.owner()), AuditContexts.any()));
    ApiKey master = get(store().createApiKey(Agents.masterKey(agent.owner()), AuditContexts.any()));
    ApiKey siblings = get(store().createApiKey(Agents.agentKey(sibling), AuditContexts.any()));
    ApiKey key = get(store().createApiKey(Agents.agentKey(agent), AuditContexts.any()));
    Session active = newSession(agent.agentId());
    appended(active, Sessions.draft("goes"));
    Session archived = newSession(agent.agentId());
    appended(archived, Sessions.draft("goes"));
    archive(archived);

    assertThat(get(store().deleteAgent(agent.agentId(), AuditContexts.any()))).isTrue();

    assertThat(get(store().findAgent(agent.agentId()))).isEmpty();
    assertThat(get(store().findApiKey(key.keyId()))).isEmpty();
    assertThat(get(store().findApiKey(key.secretHash()))).isEmpty();
    assertThat(get(store().listAgents(new AgentQuery(agent.owner(), null, 9), Cancellation.NONE)))
        .containsExactly(sibling);
    assertThat(get(store().listApiKeys(new ApiKeyQuery(agent.owner(), null, 9), Cancellation.NONE)))
        .containsExactlyInAnyOrder(master, siblings);
    assertGone(active);
    assertGone(archived);
    refused(ErrorReason.SESSION_NOT_FOUND, store().append(append(active, Sessions.drafts(1))));
    refused(ErrorReason.AGENT_NOT_FOUND, store().createSession(Sessions.of(agent.agentId())));
    assertThat(get(store().deleteAgent(agent.agentId(), AuditContexts.any()))).isFalse();
  }

  @Test
  void deleteAgent_sameIdsAgain_startEmpty() {
    Agent agent = newAgent();
    Session session = newSession(agent.agentId());
    appended(session, Sessions.draft("m", "first life"));
    get(store().deleteAgent(agent.agentId(), AuditContexts.any()));

    get(store().createAgent(agent, AuditContexts.any()));
    assertThat(list(agent.agentId(), false)).isEmpty();
    get(store().createSession(session));
    assertThat(messages(session)).isEmpty();
    Session last = appended(session, Sessions.draft("m", "second life")).session();

    assertThat(list(agent.agentId(), false)).containsExactly(last);
    assertThat(texts(messages(session))).containsExactly("second life");
  }

  @Test
  void deleteAgent_whileWrittenTo_leavesNothing() {
    Session session = newSession();
    UUID agentId = session.agentId();
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      writes.add(store().append(append(session, Sessions.drafts(2))));
      writes.add(store().createSession(Sessions.of(agentId)));
      if (i == 25) {
        writes.add(store().deleteAgent(agentId, AuditContexts.any()));
      }
    }

    writes.forEach(write -> write.exceptionally(refusal -> null).join());

    assertThat(get(store().findAgent(agentId))).isEmpty();
    assertGone(session);
    assertThat(list(agentId, false)).isEmpty();
    get(store().createAgent(Agents.of(agentId, Agents.owner()), AuditContexts.any()));
    get(store().createSession(session));
    assertThat(messages(session)).isEmpty();
  }

  private void assertGone(Session session) {
    assertThat(get(store().findSession(Sessions.ref(session), Cancellation.NONE))).isEmpty();
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE))).isEmpty();
    assertThat(list(session.agentId(), false)).doesNotContain(session);
    assertThat(list(session.agentId(), true)).isEmpty();
    assertThat(
            get(store().listMessages(query(Sessions.ref(session), true, 0, 1), Cancellation.NONE)))
        .isEmpty();
  }
}
