package dev.parley.model.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Session;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuditContextTest {
  private static final AuditContext CONTEXT = AuditContexts.any();
  private static final Agent AGENT = Agents.of("acme");

  private static void assertTarget(AuditEntry entry, AuditEntry.Target target) {
    assertThat(entry)
        .isEqualTo(
            new AuditEntry(
                CONTEXT.entryId(), CONTEXT.time(), "session.delete", CONTEXT.actor(), target));
  }

  @Test
  void entryFor_agent_namesItAndItsOwner() {
    assertTarget(
        CONTEXT.entryFor(AGENT),
        new AuditEntry.Target("acme", AGENT.agentId(), null, null, null, null));
  }

  @Test
  void entryFor_key_namesItItsAgentAndItsOwner() {
    ApiKey ofAgent = Agents.agentKey(AGENT);
    ApiKey master = Agents.masterKey("acme");

    assertTarget(
        CONTEXT.entryFor(ofAgent),
        new AuditEntry.Target("acme", AGENT.agentId(), null, ofAgent.keyId(), null, null));
    assertTarget(
        CONTEXT.entryFor(master),
        new AuditEntry.Target("acme", null, null, master.keyId(), null, null));
    assertTarget(
        CONTEXT.entryFor(ofAgent, master),
        new AuditEntry.Target(
            "acme", AGENT.agentId(), null, ofAgent.keyId(), master.keyId(), null));
  }

  @Test
  void entryFor_session_namesItItsAgentAndTheOwner() {
    Session session = Sessions.of(AGENT.agentId());

    assertTarget(
        CONTEXT.entryFor("acme", session),
        new AuditEntry.Target("acme", AGENT.agentId(), session.sessionId(), null, null, null));
  }

  @Test
  void entryForStore_namesNothing() {
    assertTarget(
        CONTEXT.entryForStore(), new AuditEntry.Target(null, null, null, null, null, null));
  }

  @Test
  void actions_areNamedByTargetAndVerb() {
    assertThat(Stream.of(AuditAction.values()).map(AuditAction::text))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.matches("(agent|backup|key|message|session|webhook)\\.[a-z]+"));
  }
}
