package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.testing.Failures.assertInvalid;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.page.PageRequest;
import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.FieldViolation;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AgentsTest {
  private static final Duration MICRO = Duration.ofNanos(1_000);

  private static final Agent.Profile PROFILE =
      new Agent.Profile("Weather", "Answers questions about the weather.", Duration.ofDays(1));

  private final CoreFixture core = new CoreFixture();
  private final Agents agents = core.agents;

  @Test
  void create_withIdOwnerAndTtl_isAsGiven() {
    UUID id = UUID.randomUUID();

    Agent created = agents.create(core.root, id, "acme", PROFILE).join();

    assertThat(created).isEqualTo(new Agent(id, "acme", core.now(), PROFILE));
    assertThat(agents.get(core.root, id).join()).isEqualTo(created);
    assertThat(core.lastAuditEntry().action()).isEqualTo("agent.create");
    assertThat(core.lastAuditEntry().target().agentId()).isEqualTo(id);
  }

  private static Agent.Profile profile(Duration ttl) {
    return new Agent.Profile(null, null, ttl);
  }

  @Test
  void create_withoutId_drawsOne() {
    Agent one = agents.create(core.root, null, "acme", Agent.Profile.EMPTY).join();
    Agent two = agents.create(core.root, null, "acme", Agent.Profile.EMPTY).join();

    assertThat(one.agentId()).isNotEqualTo(two.agentId());
    assertThat(one.defaultSessionTtl()).isNull();
  }

  @Test
  void create_withoutOwner_isTheMastersOwn() {
    assertThat(agents.create(core.master, null, null, Agent.Profile.EMPTY).join().owner())
        .isEqualTo("acme");
    assertThat(agents.create(core.master, null, "", Agent.Profile.EMPTY).join().owner())
        .isEqualTo("acme");
  }

  @Test
  void create_withoutOwnerByOthers_refused() {
    for (Caller caller : List.of(core.root, core.agentKey, core.ada)) {
      FieldViolation violation =
          assertInvalid("owner", () -> agents.create(caller, null, null, Agent.Profile.EMPTY));
      assertThat(violation.rule()).isEqualTo(FieldViolation.Rule.REQUIRED);
    }
  }

  @Test
  void create_forAnotherOwner_refused() {
    assertReason(
        ErrorReason.OWNER_FORBIDDEN,
        () -> agents.create(core.master, null, "globex", Agent.Profile.EMPTY));
    assertReason(
        ErrorReason.OWNER_FORBIDDEN,
        () -> agents.create(core.agentKey, null, "acme", Agent.Profile.EMPTY));
  }

  @Test
  void create_idInUse_refused() {
    assertReason(
        ErrorReason.AGENT_EXISTS,
        () -> agents.create(core.root, core.agentId(), "acme", Agent.Profile.EMPTY));
  }

  @Test
  void create_ttl_withinItsBounds() {
    for (Duration ttl : List.of(Expiry.TTL_MIN, Expiry.TTL_MAX)) {
      assertThat(agents.create(core.root, null, "acme", profile(ttl)).join().defaultSessionTtl())
          .isEqualTo(ttl);
    }
    for (Duration ttl : List.of(Expiry.TTL_MIN.minus(MICRO), Expiry.TTL_MAX.plus(MICRO))) {
      assertInvalid(
          "default_session_ttl", () -> agents.create(core.root, null, "acme", profile(ttl)));
    }
  }

  @Test
  void get_unknown_isNotFound() {
    assertReason(ErrorReason.AGENT_NOT_FOUND, () -> agents.get(core.root, UUID.randomUUID()));
  }

  @Test
  void list_byEachCaller_showsWhatItMaySee() {
    assertThat(list(core.root, null)).containsExactly(core.agent, core.sibling, core.foreign);
    assertThat(list(core.root, "acme")).containsExactly(core.agent, core.sibling);
    assertThat(list(core.root, "nobody")).isEmpty();
    assertThat(list(core.master, null)).containsExactly(core.agent, core.sibling);
    assertThat(list(core.master, "")).containsExactly(core.agent, core.sibling);
    assertThat(list(core.agentKey, null)).containsExactly(core.agent);
    assertThat(list(core.agentKey, "acme")).containsExactly(core.agent);
    assertThat(list(core.agentKey, "globex")).isEmpty();
  }

  private List<Agent> list(Caller caller, String owner) {
    return agents.list(caller, owner, first(9)).join().items();
  }

  @Test
  void list_ofAnotherOwner_refused() {
    assertReason(ErrorReason.OWNER_FORBIDDEN, () -> agents.list(core.master, "globex", first(9)));
  }

  @Test
  void list_inPages_byId() {
    for (int size = 1; size <= 4; size++) {
      assertThat(allPages(size, page -> agents.list(core.root, null, page)))
          .containsExactly(core.agent, core.sibling, core.foreign);
    }
  }

  @Test
  void list_tokenOfAnotherOwnerOrCaller_refused() {
    String token = agents.list(core.root, "acme", first(1)).join().nextToken();
    PageRequest page = new PageRequest(1, token);

    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> agents.list(core.root, null, page));
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> agents.list(core.root, "globex", page));
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> agents.list(core.master, "acme", page));
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> core.keys.list(core.root, "acme", page));
  }

  @Test
  void list_agentKeyOfADeletedAgent_isNotFound() {
    agents.delete(core.root, core.agentId()).join();

    assertReason(ErrorReason.AGENT_NOT_FOUND, () -> agents.list(core.agentKey, null, first(9)));
  }

  @Test
  void update_ttl_appliesToNewSessionsOnly() {
    Session before = core.create(core.root, "before");

    Agent updated =
        agents.update(core.root, core.agentId(), null, agent -> profile(Expiry.TTL_MIN)).join();

    assertThat(updated).isEqualTo(core.agent.withDefaultSessionTtl(Expiry.TTL_MIN));
    assertThat(core.lastAuditEntry().action()).isEqualTo("agent.update");
    assertThat(core.create(core.root, "after").profile().expiry())
        .isEqualTo(new Expiry(null, Expiry.TTL_MIN, true));
    core.append(before, message("text"));
    assertThat(core.sessions.find(core.root, "before").join().profile().expiry())
        .isEqualTo(Expiry.UNSET);
  }

  @Test
  void update_receivesThePresentTtl() {
    agents.update(core.root, core.agentId(), null, before -> profile(Duration.ofHours(1))).join();

    Agent updated =
        agents
            .update(
                core.root,
                core.agentId(),
                null,
                before -> profile(before.defaultSessionTtl().plusHours(1)))
            .join();
    Agent cleared = agents.update(core.root, core.agentId(), null, before -> profile(null)).join();

    assertThat(updated.defaultSessionTtl()).isEqualTo(Duration.ofHours(2));
    assertThat(cleared.defaultSessionTtl()).isNull();
  }

  @Test
  void update_ttlOutOfRange_refusedAndNothingChanges() {
    assertInvalid(
        "default_session_ttl",
        () ->
            agents.update(
                core.root, core.agentId(), null, before -> profile(Expiry.TTL_MAX.plus(MICRO))));

    assertThat(agents.get(core.root, core.agentId()).join()).isEqualTo(core.agent);
  }

  @Test
  void update_etag_isChecked() {
    Agent named =
        agents.update(core.root, core.agentId(), core.agent.etag(), before -> PROFILE).join();

    SessionException stale =
        assertReason(
            ErrorReason.ETAG_MISMATCH,
            () -> agents.update(core.root, core.agentId(), core.agent.etag(), before -> before));
    assertThat(stale.metadata()).containsEntry("etag", named.etag());
    assertThat(agents.get(core.root, core.agentId()).join().profile()).isEqualTo(PROFILE);
  }

  @Test
  void update_unknown_isNotFound() {
    assertReason(
        ErrorReason.AGENT_NOT_FOUND,
        () -> agents.update(core.root, UUID.randomUUID(), null, before -> profile(null)));
  }

  @Test
  void delete_removesTheAgentWithItsSessionsAndKeys() {
    Session session = core.create(core.root, "key");
    Keys.Created key =
        core.keys.createForAgent(core.root, core.agentId(), List.of(), null, null, null).join();
    core.clock.advance();

    agents.delete(core.root, core.agentId()).join();

    assertThat(core.exists(session)).isFalse();
    assertThat(core.store.findApiKey(key.key().keyId()).join()).isEmpty();
    assertThat(core.lastAuditEntry().action()).isEqualTo("agent.delete");
    assertReason(ErrorReason.AGENT_NOT_FOUND, () -> agents.get(core.root, core.agentId()));
  }

  @Test
  void delete_unknown_isNotFound() {
    assertReason(ErrorReason.AGENT_NOT_FOUND, () -> agents.delete(core.root, UUID.randomUUID()));
  }
}
