package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditActor;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each case has its own owner, and so its own part of the audit log. */
abstract class AuditCases extends StoreCases {

  @Test
  void writes_thatTakeAnAct_leaveAnEntryEach() {
    Agent agent = Agents.of(Agents.owner());
    AuditContext made = auditContext(AuditAction.AGENT_CREATE);
    get(store().createAgent(agent, made));
    ApiKey key = Agents.agentKey(agent);
    AuditContext keyMade = auditContext(AuditAction.KEY_CREATE);
    get(store().createApiKey(key, keyMade));
    AuditContext revoked = auditContext(AuditAction.KEY_REVOKE);
    get(store().revokeApiKey(key.keyId(), clock.instant(), revoked));
    Session session = newSession(agent.agentId());
    AuditContext archived = auditContext(AuditAction.SESSION_ARCHIVE);
    get(
        store()
            .updateSession(
                Sessions.ref(session), s -> s.withArchiveTime(clock.instant()), archived));
    AuditContext restored = auditContext(AuditAction.SESSION_RESTORE);
    get(store().updateSession(Sessions.ref(session), s -> s.withArchiveTime(null), restored));
    AuditContext deleted = auditContext(AuditAction.SESSION_DELETE);
    get(store().deleteSession(Sessions.ref(session), s -> {}, deleted));
    AuditContext gone = auditContext(AuditAction.AGENT_DELETE);
    get(store().deleteAgent(agent.agentId(), gone));

    assertThat(list(of(agent.owner())))
        .containsExactly(
            gone.entryFor(agent),
            deleted.entryFor(agent.owner(), session),
            restored.entryFor(agent.owner(), session),
            archived.entryFor(agent.owner(), session),
            revoked.entryFor(key),
            keyMade.entryFor(key),
            made.entryFor(agent));
  }

  /** An update that changes nothing adds no entry. */
  @Test
  void updateAgent_toWhatItIs_leavesOneEntry() {
    Agent agent = newAgent();
    AuditContext first = auditContext(AuditAction.AGENT_UPDATE);
    Duration ttl = Duration.ofDays(1);
    Agent changed =
        get(store().updateAgent(agent.agentId(), a -> a.withDefaultSessionTtl(ttl), first));
    AuditContext second = auditContext(AuditAction.AGENT_UPDATE);
    get(store().updateAgent(agent.agentId(), a -> a.withDefaultSessionTtl(ttl), second));

    assertThat(list(of(agent.owner())))
        .contains(first.entryFor(changed))
        .doesNotContain(second.entryFor(changed));
  }

  @Test
  void entry_isAsItWas_withWhatIsNotThere() {
    AuditActor root = new AuditActor("root", null, "2001:db8::1", "x/1", "grpc", "parley");
    AuditContext auditContext =
        new AuditContext(UUID.randomUUID(), clock.instant(), AuditAction.BACKUP_CREATE, root);

    AuditEntry added = get(store().addAuditEntry(auditContext.entryForStore()));

    assertThat(added).isEqualTo(auditContext.entryForStore());
    assertThat(list(since(null, auditContext.time().plusNanos(1_000), auditContext.time())))
        .contains(added);
  }

  @Test
  void writes_thatAreRefused_leaveNone() {
    Agent agent = newAgent();
    Session session = newSession(agent.agentId());
    List<AuditEntry> before = list(of(agent.owner()));

    refused(
        ErrorReason.AGENT_EXISTS,
        store().createAgent(agent, auditContext(AuditAction.AGENT_CREATE)));
    refused(
        ErrorReason.SESSION_ARCHIVED,
        store()
            .deleteSession(
                Sessions.ref(session),
                s -> {
                  throw new SessionException(ErrorReason.SESSION_ARCHIVED, "no");
                },
                auditContext(AuditAction.SESSION_DELETE)));
    refused(
        ErrorReason.SESSION_NOT_FOUND,
        store()
            .deleteSession(
                Sessions.ref(Sessions.of(agent.agentId())),
                s -> {},
                auditContext(AuditAction.SESSION_DELETE)));
    refused(
        ErrorReason.API_KEY_NOT_FOUND,
        store()
            .revokeApiKey(
                UUID.randomUUID(), clock.instant(), auditContext(AuditAction.KEY_REVOKE)));
    get(store().deleteAgent(UUID.randomUUID(), auditContext(AuditAction.AGENT_DELETE)));

    assertThat(list(of(agent.owner()))).isEqualTo(before);
    assertThat(find(session)).isEqualTo(session);
  }

  @Test
  void writes_thatChangeNothing_leaveNone() {
    Agent agent = newAgent();
    Session session = newSession(agent.agentId());
    ApiKey key =
        get(store().createApiKey(Agents.agentKey(agent), auditContext(AuditAction.KEY_CREATE)));
    get(store().revokeApiKey(key.keyId(), clock.instant(), auditContext(AuditAction.KEY_REVOKE)));
    List<AuditEntry> before = list(of(agent.owner()));

    get(store().revokeApiKey(key.keyId(), clock.instant(), auditContext(AuditAction.KEY_REVOKE)));
    get(
        store()
            .updateSession(
                Sessions.ref(session), s -> s, auditContext(AuditAction.SESSION_RESTORE)));

    assertThat(list(of(agent.owner()))).isEqualTo(before);
  }

  @Test
  void updateSession_archiveTimeWithoutAnAct_isAFault() {
    Session session = newSession();

    assertThat(
            store()
                .updateSession(Sessions.ref(session), s -> s.withArchiveTime(AuditContexts.TIME)))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withRootCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void list_byOwnerAgentActionAndTime() {
    String owner = Agents.owner();
    Agent one = get(store().createAgent(Agents.of(owner), auditContext(AuditAction.AGENT_CREATE)));
    Agent two = get(store().createAgent(Agents.of(owner), auditContext(AuditAction.AGENT_CREATE)));
    newAgent();
    AuditContext auditContext = auditContext(AuditAction.SESSION_DELETE);
    AuditEntry deleted =
        get(store().addAuditEntry(auditContext.entryFor(owner, newSession(two.agentId()))));
    Instant time = deleted.time();

    assertThat(list(new AuditQuery(owner, null, "agent.", null, null, null, 9)))
        .extracting(entry -> entry.target().agentId())
        .containsExactly(two.agentId(), one.agentId());
    assertThat(list(new AuditQuery(null, two.agentId(), "", null, null, null, 9)))
        .extracting(AuditEntry::action)
        .containsExactly("session.delete", "agent.create");
    assertThat(list(new AuditQuery(owner, two.agentId(), "session.", null, null, null, 9)))
        .containsExactly(deleted);
    assertThat(list(new AuditQuery("no" + owner, two.agentId(), "", null, null, null, 9)))
        .isEmpty();
    assertThat(list(new AuditQuery(owner, null, "sessions", null, null, null, 9))).isEmpty();
    assertThat(list(since(owner, null, time))).containsExactly(deleted);
    assertThat(list(since(owner, null, time.plusNanos(1_000)))).isEmpty();
    assertThat(list(since(owner, time, null))).hasSize(2).doesNotContain(deleted);
    assertThat(list(since(owner, time.plusNanos(1_000), null))).hasSize(3).contains(deleted);
  }

  @Test
  void list_pagesOfOneTime_goByUnsignedIdAndMeetEachOnce() {
    Agent agent = newAgent();
    long low = UUID.randomUUID().getLeastSignificantBits();
    Instant time = clock.instant();
    List<UUID> ids = new ArrayList<>();
    for (long high : new long[] {1, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      UUID id = new UUID(high, low);
      ids.add(id);
      AuditContext auditContext =
          new AuditContext(id, time, AuditAction.KEY_CREATE, AuditContexts.actor());
      get(store().addAuditEntry(auditContext.entryFor(Agents.masterKey(agent.owner()))));
    }

    List<UUID> met = new ArrayList<>();
    Cursor after = null;
    for (int i = 0; i < ids.size(); i++) {
      List<AuditEntry> page =
          list(new AuditQuery(agent.owner(), null, "key.", null, null, after, 1));
      assertThat(page).hasSize(1);
      met.add(page.get(0).entryId());
      after = new Cursor(page.get(0).time(), page.get(0).entryId());
    }

    assertThat(met).isEqualTo(ids);
    assertThat(list(new AuditQuery(agent.owner(), null, "key.", null, null, after, 1))).isEmpty();
  }

  @Test
  void deleteAuditEntries_removesTheGivenOnesFromEveryList() {
    String owner = Agents.owner();
    Agent agent =
        get(store().createAgent(Agents.of(owner), auditContext(AuditAction.AGENT_CREATE)));
    Session session = newSession(agent.agentId());
    AuditEntry gone =
        get(store().addAuditEntry(auditContext(AuditAction.KEY_CREATE).entryFor(owner, session)));
    AuditEntry kept =
        get(store().addAuditEntry(auditContext(AuditAction.KEY_REVOKE).entryFor(owner, session)));

    int deleted = get(store().deleteAuditEntries(List.of(gone)));
    int again = get(store().deleteAuditEntries(List.of(gone)));

    assertThat(List.of(deleted, again)).containsExactly(1, 0);
    assertThat(list(of(owner))).contains(kept).doesNotContain(gone).hasSize(2);
    assertThat(list(new AuditQuery(null, agent.agentId(), "", null, null, null, 9)))
        .contains(kept)
        .doesNotContain(gone)
        .hasSize(2);
  }

  /** No other case has entries of this time. */
  @Test
  void deleteAuditEntries_ofOneTime_leavesTheOthers() {
    Instant time = Instant.parse("2001-02-03T04:05:06.000007Z");
    List<AuditEntry> entries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      AuditContext context = AuditContexts.of(AuditAction.BACKUP_CREATE, time);
      entries.add(get(store().addAuditEntry(context.entryForStore())));
    }

    int deleted = get(store().deleteAuditEntries(entries.subList(0, 2)));

    assertThat(deleted).isEqualTo(2);
    assertThat(list(since(null, time.plusNanos(1_000), time))).containsExactly(entries.get(2));
  }

  private AuditContext auditContext(AuditAction action) {
    return AuditContexts.of(action, clock.instant());
  }

  private static AuditQuery of(String owner) {
    return new AuditQuery(owner, null, "", null, null, null, 100);
  }

  private static AuditQuery since(String owner, Instant until, Instant since) {
    return new AuditQuery(owner, null, "", since, until, null, 100);
  }

  private List<AuditEntry> list(AuditQuery query) {
    return get(store().listAuditEntries(query, Cancellation.NONE));
  }
}
