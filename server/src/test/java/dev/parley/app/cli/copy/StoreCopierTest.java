package dev.parley.app.cli.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.app.cli.console.Progress;
import dev.parley.config.ConfigException;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.SampleData;
import dev.parley.testing.Sessions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StoreCopierTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static final Progress UNSEEN = new UnseenProgress();

  @TempDir private Path temp;
  private TransferableStore source;
  private TransferableStore target;

  @BeforeEach
  void open() {
    source = folder("source");
    target = folder("target");
  }

  @AfterEach
  void close() {
    source.close();
    target.close();
  }

  private TransferableStore folder(String name) {
    return new StoreLocation.Folder(temp.resolve(name)).open();
  }

  private static TransferableStore database() {
    return new StoreLocation.Database(PostgresServer.shared().newDatabase()).open();
  }

  @Test
  void copy_thereAndBack_isTheSame() {
    SampleData.fill(source, 3, 40, 30);
    try (TransferableStore between = database();
        TransferableStore another = database()) {
      copy(source, between);
      copy(between, another);
      copy(another, target);
    }

    StoreComparison.Outcome outcome = StoreComparison.run(source, target, UNSEEN);
    assertThat(outcome.lines()).hasSize(6);
    assertThat(outcome.lines().get(0)).matches("agents +3  sha256 [0-9a-f]{64}");
    assertThat(outcome.lines().get(3)).matches("messages +2925  sha256 [0-9a-f]{64}");
    assertThat(outcome.lines().get(5)).matches("audit +153  sha256 [0-9a-f]{64}");
    assertThat(outcome.isEqual()).isTrue();
  }

  /** Several chunks, and several pages of them. */
  @Test
  void copy_longSession_isTheSame() {
    Agent agent = source.createAgent(Agents.of("o"), AuditContexts.any()).join();
    Session session = source.createSession(Sessions.of(agent.agentId())).join();
    SampleData.append(source, session, 7_321);

    StoreCopier.Done done = copy(source, target);

    assertThat(done).isEqualTo(new StoreCopier.Done(1, 0, 7_321, 0));
    requireEqual();
  }

  @Test
  void copy_empty_isEmpty() {
    assertThat(copy(source, target)).isEqualTo(new StoreCopier.Done(0, 0, 0, 0));
    requireEqual();
  }

  @Test
  void copy_again_passesOverWhatIsThere() {
    SampleData.fill(source, 2, 10, 3);
    copy(source, target);

    assertThat(copy(source, target)).isEqualTo(new StoreCopier.Done(0, 20, 0, 0));
    requireEqual();
  }

  /** A run changes without a change of its session. */
  @Test
  void copy_runHasMovedOn_isTheSameAgain() {
    Agent agent = source.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    Session session = source.createSession(Sessions.of(agent.agentId())).join();
    SessionRef.ById ref = Sessions.ref(session);
    var made =
        source
            .createRun(
                ref,
                Run.create(
                    agent.agentId(),
                    session.sessionId(),
                    "run",
                    Run.State.RUNNING,
                    Run.Report.EMPTY,
                    NOW))
            .join();
    copy(source, target);
    Run.Ref run = new Run.Ref(ref, "run");
    var done = source.updateRun(run, r -> r.withState(Run.State.COMPLETED, NOW)).join();
    var put = source.putContext(run, List.of(Sessions.json("{\"a\":1}"))).join();

    copy(source, target);

    requireEqual();
  }

  /** Messages and runs without their session, and more of them than in the complete copy. */
  @Test
  void copy_halfDoneBefore_isCompleted() {
    SampleData.fill(source, 1, 10, 5);
    Agent agent = AgentsAndKeys.of(source).agents().values().iterator().next();
    List<Session> sessions = source.transfer().listSessions(agent.agentId(), null, 100).join();
    SessionReader contents = new SessionReader(source);
    var put = target.transfer().putAgent(agent).join();
    // In the wrong sessions, so that their ids and sequences do not belong there.
    for (int i = 1; i < sessions.size(); i++) {
      Session wrong = sessions.get(i - 1);
      contents.messages(
          sessions.get(i),
          page ->
              target
                  .transfer()
                  .putMessages(agent.agentId(), Map.of(wrong.sessionId(), page))
                  .join());
    }

    copy(source, target);

    requireEqual();
  }

  /**
   * Changes since the previous copy: an append, a new label, and a key that another session has
   * now.
   */
  @Test
  void copy_sourceHasMovedOn_isTheSameAgain() {
    SampleData.fill(source, 2, 10, 5);
    copy(source, target);
    for (Agent agent : AgentsAndKeys.of(source).agents().values()) {
      List<Session> active = active(agent);
      SampleData.append(source, active.get(0), 3);
      Session relabelled = active.get(1);
      var changed =
          source
              .updateSession(
                  Sessions.ref(relabelled),
                  s -> s.withProfile(s.profile().withUser("another").withLabel("other")))
              .join();
      for (int i = 2; i < active.size(); i++) {
        Session archived = active.get(i);
        var done =
            source
                .updateSession(
                    Sessions.ref(archived), s -> s.withArchiveTime(NOW), AuditContexts.any())
                .join();
        var next = source.createSession(Sessions.of(agent.agentId(), archived.key())).join();
      }
    }

    copy(source, target);

    requireEqual();
    for (Agent agent : AgentsAndKeys.of(source).agents().values()) {
      SessionFilter ofUser = new SessionFilter(null, agent.owner(), "another", null);
      assertThat(
              target
                  .listSessions(
                      new SessionQuery(ofUser, SessionOrder.UPDATE_TIME_DESC, null, 10),
                      Cancellation.NONE)
                  .join())
          .isEqualTo(
              source
                  .listSessions(
                      new SessionQuery(ofUser, SessionOrder.UPDATE_TIME_DESC, null, 10),
                      Cancellation.NONE)
                  .join());
      KeyQuery keys =
          new KeyQuery(SessionFilter.ofAgent(agent.agentId()), null, 100, Long.MAX_VALUE);
      assertThat(target.listKeys(keys, Cancellation.NONE).join())
          .isEqualTo(source.listKeys(keys, Cancellation.NONE).join());
    }
  }

  @Test
  void copy_targetHoldsAnotherAgent_refusedBeforeAnythingIsWritten() {
    SampleData.fill(source, 1, 1, 1);
    Agent other = target.createAgent(Agents.of("o"), AuditContexts.any()).join();

    refused("agent " + other.agentId() + ", which the source does not have");

    assertThat(AgentsAndKeys.of(target).agents()).containsOnlyKeys(other.agentId());
  }

  @Test
  void copy_targetHoldsAnotherKey_refused() {
    ApiKey other = target.createApiKey(Agents.masterKey("o"), AuditContexts.any()).join();

    refused("API key " + other.keyId() + ", which the source does not have");
  }

  @Test
  void copy_targetHoldsAnotherAuditEntry_refused() {
    AuditContext auditContext = AuditContexts.of(AuditAction.BACKUP_CREATE, AuditContexts.TIME);
    var added = target.addAuditEntry(auditContext.entryForStore()).join();

    refused("audit entry " + auditContext.entryId() + ", which the source does not have");
  }

  /** More of both than fit into a page. */
  @Test
  void copy_auditLogAndLastUses_areTheSame_alsoWhenCopiedOn() {
    ApiKey key = source.createApiKey(Agents.masterKey("o"), AuditContexts.any()).join();
    var noted = source.noteApiKeyUses(Map.of(key.keyId(), AuditContexts.TIME)).join();
    for (int i = 0; i < 2; i++) {
      List<AuditEntry> entries = new ArrayList<>();
      for (int j = 0; j < 1_100; j++) {
        Instant time = AuditContexts.TIME.plusSeconds(j / 3);
        entries.add(AuditContexts.of(AuditAction.SESSION_DELETE, time).entryFor(key));
      }
      var put = source.transfer().putAuditEntries(entries).join();
      copy(source, target);
    }

    assertThat(target.findApiKey(key.keyId()).join().map(ApiKey::lastUseTime))
        .contains(AuditContexts.TIME);
    StoreComparison.Outcome outcome = StoreComparison.run(source, target, UNSEEN);
    assertThat(outcome.isEqual()).isTrue();
    assertThat(outcome.lines().get(5)).matches("audit +2201  sha256 .*");
    assertThat(target.listAuditEntries(AuditQuery.all(null, 3_000), Cancellation.NONE).join())
        .isEqualTo(source.listAuditEntries(AuditQuery.all(null, 3_000), Cancellation.NONE).join());
  }

  /** A server has used the target store since then. */
  @Test
  void copy_targetHasMovedOn_refusedAndNothingLost() {
    SampleData.fill(source, 1, 3, 2);
    copy(source, target);
    Agent agent = AgentsAndKeys.of(target).agents().values().iterator().next();
    Session grown = active(agent).get(0);
    SampleData.append(target, grown, 1);
    refused(
        "session %s of agent %s, which is newer than in the source"
            .formatted(grown.sessionId(), agent.agentId()));

    SampleData.append(source, grown, 1);
    Session added = target.createSession(Sessions.of(agent.agentId())).join();
    refused("session " + added.sessionId());
    assertThat(target.findSession(added.sessionId(), Cancellation.NONE).join()).contains(added);
  }

  @Test
  void copy_targetHasDeletedMessages_refusedAndNotRestored() {
    SampleData.fill(source, 1, 1, 2);
    copy(source, target);
    Agent agent = AgentsAndKeys.of(target).agents().values().iterator().next();
    Session cleared = active(agent).get(0);
    var unused = target.clearSession(Sessions.ref(cleared), s -> {}, AuditContexts.any()).join();

    refused("session " + cleared.sessionId());

    assertThat(target.findSession(cleared.sessionId(), Cancellation.NONE).join().orElseThrow())
        .extracting(Session::messageCount)
        .isEqualTo(0L);
  }

  @Test
  void verify_different_saysWhereAndWhat() {
    SampleData.fill(source, 1, 8, 2);
    copy(source, target);
    Agent agent = AgentsAndKeys.of(target).agents().values().iterator().next();
    List<Session> active = active(agent);
    Session grown = active.get(0);
    SampleData.append(target, grown, 1);
    Session gone = active.get(1);
    AuditContext auditContext = AuditContexts.any();
    var deleted = target.deleteSession(Sessions.ref(gone), s -> {}, auditContext).join();
    ApiKey key = target.createApiKey(Agents.agentKey(agent), AuditContexts.any()).join();

    StoreComparison.Outcome outcome = StoreComparison.run(source, target, UNSEEN);

    String of = " of agent " + agent.agentId();
    assertThat(outcome.isEqual()).isFalse();
    assertThat(outcome.lines())
        .contains(
            "differs: session " + grown.sessionId() + of + ": different session, messages",
            "differs: session " + gone.sessionId() + of + ": only in the source",
            "differs: audit entry " + auditContext.entryId() + ": only in the target",
            "differs: API key " + key.keyId() + ": only in the target")
        .anyMatch(line -> line.matches("differs: agent " + agent.agentId() + ": sha256 .*"))
        .anyMatch(line -> line.startsWith("sessions ") && line.contains("in the source"));
  }

  private List<Session> active(Agent agent) {
    SessionFilter filter = SessionFilter.ofAgent(agent.agentId());
    return source
        .listSessions(
            new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 100), Cancellation.NONE)
        .join();
  }

  private void refused(String what) {
    assertThatThrownBy(() -> copy(source, target))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("The target contains " + what);
  }

  private static StoreCopier.Done copy(TransferableStore from, TransferableStore to) {
    return StoreCopier.run(from, to, UNSEEN);
  }

  private void requireEqual() {
    StoreComparison.Outcome outcome = StoreComparison.run(source, target, UNSEEN);
    assertThat(outcome.isEqual()).as(outcome.lines()::toString).isTrue();
  }
}
