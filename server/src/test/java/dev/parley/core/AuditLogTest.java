package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ErrorReason;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditLogTest {
  private static final AuditLog.Filter ALL = new AuditLog.Filter(null, null, "", null, null);

  private final CoreFixture core = new CoreFixture();
  private final AuditLog audit = core.audit;
  private AuditEntry keyOfAgent;
  private AuditEntry keyOfForeign;
  private AuditEntry deletion;

  @BeforeEach
  void addEntries() {
    keyOfAgent = createKey(core.agentId());
    keyOfForeign = createKey(core.foreign.agentId());
    core.clock.advance();
    core.sessions.delete(core.root, core.create(core.root, "key").sessionId()).join();
    deletion = core.lastAuditEntry();
  }

  private AuditEntry createKey(UUID agentId) {
    core.clock.advance();
    core.keys.createForAgent(core.root, agentId, List.of(), null, null, null).join();
    return core.lastAuditEntry();
  }

  private List<AuditEntry> list(Caller caller, AuditLog.Filter filter) {
    return audit.list(caller, filter, first(99)).join().items();
  }

  @Test
  void act_namesActorActionAndTime() {
    core.clock.advance(Duration.ofNanos(999));

    AuditContext act = audit.context(CoreFixture.ACTOR, AuditAction.KEY_CREATE);

    assertThat(act)
        .isEqualTo(
            new AuditContext(
                core.ids.last(),
                core.now().minusNanos(999),
                AuditAction.KEY_CREATE,
                CoreFixture.ACTOR));
  }

  @Test
  void add_anEntryOfTheWholeStore() {
    core.clock.advance();

    AuditEntry entry =
        audit.add(audit.context(CoreFixture.ACTOR, AuditAction.BACKUP_CREATE)).join();

    assertThat(entry.action()).isEqualTo("backup.create");
    assertThat(entry.target()).isEqualTo(new AuditEntry.Target(null, null, null, null, null, null));
    assertThat(list(core.root, ALL)).startsWith(entry);
    assertThat(list(core.master, ALL)).doesNotContain(entry);
  }

  @Test
  void list_byEachCaller_showsWhatItMaySee() {
    assertThat(list(core.root, ALL)).startsWith(deletion, keyOfForeign, keyOfAgent).hasSize(6);
    assertThat(list(core.master, ALL)).startsWith(deletion, keyOfAgent).hasSize(4);
    assertThat(list(core.foreignMaster, ALL)).startsWith(keyOfForeign).hasSize(2);
  }

  @Test
  void list_ofAnOwner() {
    AuditLog.Filter globex = new AuditLog.Filter("globex", null, "", null, null);

    assertThat(list(core.root, globex)).startsWith(keyOfForeign).hasSize(2);
    assertReason(ErrorReason.OWNER_FORBIDDEN, () -> audit.list(core.master, globex, first(9)));
  }

  @Test
  void list_ofAnAgent() {
    assertThat(list(core.root, new AuditLog.Filter(null, core.agentId(), "", null, null)))
        .startsWith(deletion, keyOfAgent)
        .hasSize(3);
    assertThat(list(core.master, new AuditLog.Filter(null, core.foreign.agentId(), "", null, null)))
        .isEmpty();
  }

  @Test
  void list_byActionPrefix() {
    assertThat(list(core.root, new AuditLog.Filter(null, null, "key.", null, null)))
        .containsExactly(keyOfForeign, keyOfAgent);
    assertThat(list(core.root, new AuditLog.Filter(null, null, "keys", null, null))).isEmpty();
  }

  @Test
  void list_byTime_fromSinceToBeforeUntil() {
    Instant since = keyOfAgent.time();
    Instant until = deletion.time();

    assertThat(list(core.root, new AuditLog.Filter(null, null, "", since, until)))
        .containsExactly(keyOfForeign, keyOfAgent);
    assertThat(
            list(
                core.root,
                new AuditLog.Filter(null, null, "", since.plusNanos(999), until.plusNanos(999))))
        .as("times are cut to microseconds")
        .containsExactly(keyOfForeign, keyOfAgent);
  }

  @Test
  void list_inPages_newestFirst() {
    List<AuditEntry> all = list(core.root, ALL);

    for (int size : new int[] {1, 2, 5, 6, 7}) {
      assertThat(allPages(size, page -> audit.list(core.root, ALL, page))).isEqualTo(all);
    }
  }

  @Test
  void list_tokenOfAnotherFilter_refused() {
    Instant time = keyOfAgent.time();
    AuditLog.Filter filter = new AuditLog.Filter("acme", null, "a", null, null);
    String token = audit.list(core.root, filter, first(1)).join().nextToken();

    for (AuditLog.Filter other :
        List.of(
            new AuditLog.Filter(null, null, "a", null, null),
            new AuditLog.Filter("acm", null, "ea", null, null),
            new AuditLog.Filter("acme", core.agentId(), "a", null, null),
            new AuditLog.Filter("acme", null, "", null, null),
            new AuditLog.Filter("acme", null, "a", time, null),
            new AuditLog.Filter("acme", null, "a", null, time))) {
      assertReason(
          ErrorReason.INVALID_PAGE_TOKEN,
          () -> audit.list(core.root, other, new PageRequest(1, token)));
    }
  }
}
