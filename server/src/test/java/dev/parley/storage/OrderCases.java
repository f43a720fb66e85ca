package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Writes of one agent that are submitted without waiting take effect in the order of submission.
 */
abstract class OrderCases extends StoreCases {

  @Test
  void deleteSession_writesQueuedAround_takeEffectInOrder() {
    Session session = newSession();
    CompletableFuture<?> before = store().append(append(session, Sessions.drafts(3)));
    CompletableFuture<?> deleted = delete(session);
    CompletableFuture<?> again = store().createSession(session);
    CompletableFuture<AppendResult> after =
        store().append(append(session, List.of(Sessions.draft("after"))));

    List.of(before, deleted, again, after).forEach(StoreCases::get);

    assertThat(texts(messages(session))).containsExactly("after");
    assertThat(find(session)).isEqualTo(get(after).session());
    assertThat(list(session.agentId(), false)).hasSize(1);
  }

  @Test
  void deleteAgent_writesQueuedBehind_findNothing() {
    Session session = newSession();
    Append append = append(session, Sessions.drafts(1));

    CompletableFuture<Boolean> deleted =
        store().deleteAgent(session.agentId(), AuditContexts.any());
    CompletableFuture<?> behind = store().append(append);
    CompletableFuture<?> created = store().createSession(Sessions.of(session.agentId()));

    assertThat(get(deleted)).isTrue();
    refused(ErrorReason.SESSION_NOT_FOUND, behind);
    refused(ErrorReason.AGENT_NOT_FOUND, created);
  }
}
