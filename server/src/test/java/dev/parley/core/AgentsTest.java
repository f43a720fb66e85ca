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
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AgentsTest {
  private static final Duration MICRO = Duration.ofNanos(1_000);

  private final CoreFixture core = new CoreFixture();
  private final Agents agents = core.agents;

  @Test
  void create_withIdOwnerAndTtl_isAsGiven() {
    UUID id = UUID.randomUUID();

    Agent created = agents.create(core.root, id, "acme", Duration.ofDays(1)).join();

    assertThat(created).isEqualTo(new Agent(id, "acme", core.now(), Duration.ofDays(1)));
    assertThat(agents.get(core.root, id).join()).isEqualTo(created);
    assertThat(core.lastAuditEntry().action()).isEqualTo("agent.create");
    assertThat(core.lastAuditEntry().target().agentId()).isEqualTo(id);
  }

  @Test
  void create_withoutId_drawsOne() {
    Agent one = agents.create(core.root, null, "acme", null).join();
    Agent two = agents.create(core.root, null, "acme", null).join();

    assertThat(one.agentId()).isNotEqualTo(two.agentId());
    assertThat(one.defaultSessionTtl()).isNull();
  }

  @Test
  void create_withoutOwner_isTheMastersOwn() {
    assertThat(agents.create(core.master, null, null, null).join().owner()).isEqualTo("acme");
    assertThat(agents.create(core.master, null, "", null).join().owner()).isEqualTo("acme");
  }

  @Test
  void create_withoutOwnerByOthers_refused() {
    for (Caller caller : List.of(core.root, core.agentKey, core.ada)) {
      FieldViolation violation =
          assertInvalid("owner", () -> agents.create(caller, null, null, null));
      assertThat(violation.rule()).isEqualTo(FieldViolation.Rule.REQUIRED);
    }
  }

  @Test
  void create_forAnotherOwner_refused() {
    assertReason(
        ErrorReason.OWNER_FORBIDDEN, () -> agents.create(core.master, null, "globex", null));
    assertReason(
        ErrorReason.OWNER_FORBIDDEN, () -> agents.create(core.agentKey, null, "acme", null));
  }

  @Test
  void create_idInUse_refused() {
    assertReason(
        ErrorReason.AGENT_EXISTS, () -> agents.create(core.root, core.agentId(), "acme", null));
  }

  @Test
  void create_ttl_withinItsBounds() {
    for (Duration ttl : List.of(Expiry.TTL_MIN, Expiry.TTL_MAX)) {
      assertThat(agents.create(core.root, null, "acme", ttl).join().defaultSessionTtl())
          .isEqualTo(ttl);
    }
    for (Duration ttl : List.of(Expiry.TTL_MIN.minus(MICRO), Expiry.TTL_MAX.plus(MICRO))) {
      assertInvalid("default_session_ttl", () -> agents.create(core.root, null, "acme", ttl));
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

    Agent updated = agents.update(core.root, core.agentId(), ttl -> Expiry.TTL_MIN).join();

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
    agents.update(core.root, core.agentId(), ttl -> Duration.ofHours(1)).join();

    Agent updated = agents.update(core.root, core.agentId(), ttl -> ttl.plusHours(1)).join();
    Agent cleared = agents.update(core.root, core.agentId(), ttl -> null).join();

    assertThat(updated.defaultSessionTtl()).isEqualTo(Duration.ofHours(2));
    assertThat(cleared.defaultSessionTtl()).isNull();
  }

  @Test
  void update_ttlOutOfRange_refusedAndNothingChanges() {
    assertInvalid(
        "default_session_ttl",
        () -> agents.update(core.root, core.agentId(), ttl -> Expiry.TTL_MAX.plus(MICRO)));

    assertThat(agents.get(core.root, core.agentId()).join()).isEqualTo(core.agent);
  }

  @Test
  void update_unknown_isNotFound() {
    assertReason(
        ErrorReason.AGENT_NOT_FOUND,
        () -> agents.update(core.root, UUID.randomUUID(), ttl -> null));
  }

  @Test
  void delete_removesTheAgentWithItsSessionsAndKeys() {
    Session session = core.create(core.root, "key");
    Keys.Created key =
        core.keys.createForAgent(core.root, core.agentId(), List.of(), null, null).join();
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
