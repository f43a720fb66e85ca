package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.storage.query.AgentQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

abstract class AgentCases extends StoreCases {
  private static final Agent.Profile NAMED =
      new Agent.Profile("Weather \uD83C\uDF26", "Answers\nquestions \0", Duration.ofDays(2));

  @Test
  void createAgent_isFound() {
    Agent agent = Agents.of(Agents.owner());

    assertThat(get(store().createAgent(agent, AuditContexts.any()))).isEqualTo(agent);
    assertThat(get(store().findAgent(agent.agentId()))).contains(agent);
  }

  @Test
  void createAgent_nanoseconds_answersMicroseconds() {
    Instant time = Instant.parse("2026-03-01T00:00:00.123456789Z");

    Agent agent =
        get(
            store()
                .createAgent(
                    new Agent(UUID.randomUUID(), Agents.owner(), time, NAMED),
                    AuditContexts.any()));

    assertThat(agent.createTime()).isEqualTo(Instant.parse("2026-03-01T00:00:00.123456Z"));
    assertThat(get(store().findAgent(agent.agentId()))).contains(agent);
  }

  @Test
  void updateAgent_profile_isStoredAndCleared() {
    Agent agent = newAgent();

    Agent named = update(agent, NAMED);
    Agent cleared = update(agent, Agent.Profile.EMPTY);

    assertThat(named).isEqualTo(agent.withProfile(NAMED));
    assertThat(cleared).isEqualTo(agent);
    assertThat(get(store().findAgent(agent.agentId()))).contains(agent);
    update(agent, NAMED);
    assertThat(get(store().findAgent(agent.agentId()))).contains(named);
    AgentQuery ofOwner = new AgentQuery(agent.owner(), null, 10);
    assertThat(get(store().listAgents(ofOwner, Cancellation.NONE))).containsExactly(named);
  }

  private Agent update(Agent agent, Agent.Profile profile) {
    return get(
        store()
            .updateAgent(
                agent.agentId(), before -> before.withProfile(profile), AuditContexts.any()));
  }

  @Test
  void createAgent_takenId_refusedAndUnchanged() {
    Agent agent = newAgent();

    refused(
        ErrorReason.AGENT_EXISTS,
        store().createAgent(Agents.of(agent.agentId(), Agents.owner()), AuditContexts.any()));

    assertThat(get(store().findAgent(agent.agentId()))).contains(agent);
  }

  @Test
  void findAgent_unknown_empty() {
    assertThat(get(store().findAgent(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void listAgents_ofOwner_byUnsignedId() {
    String owner = Agents.owner();
    long low = UUID.randomUUID().getLeastSignificantBits();
    Agent first = get(store().createAgent(Agents.of(new UUID(1, low), owner), AuditContexts.any()));
    Agent last = get(store().createAgent(Agents.of(new UUID(-1, low), owner), AuditContexts.any()));
    Agent middle =
        get(
            store()
                .createAgent(Agents.of(new UUID(Long.MAX_VALUE, low), owner), AuditContexts.any()));
    newAgent();

    assertThat(get(store().listAgents(new AgentQuery(owner, null, 10), Cancellation.NONE)))
        .containsExactly(first, middle, last);
    assertThat(
            get(store().listAgents(new AgentQuery(owner, first.agentId(), 1), Cancellation.NONE)))
        .containsExactly(middle);
    assertThat(get(store().listAgents(new AgentQuery(owner, last.agentId(), 1), Cancellation.NONE)))
        .isEmpty();
  }

  @Test
  void listAgents_everybodys_holdsEachOwners() {
    List<Agent> made = List.of(newAgent(), newAgent());

    assertThat(
            get(
                store()
                    .listAgents(new AgentQuery(null, null, Integer.MAX_VALUE), Cancellation.NONE)))
        .containsAll(made);
  }

  @Test
  void listAgents_unknownOwner_empty() {
    assertThat(get(store().listAgents(new AgentQuery(Agents.owner(), null, 1), Cancellation.NONE)))
        .isEmpty();
  }
}
