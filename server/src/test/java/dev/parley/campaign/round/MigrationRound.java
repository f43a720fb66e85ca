package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.model.Agent;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * {@code parley migrate} is killed while it brings a store of an older version to this version. In
 * the end, it runs once more.
 */
final class MigrationRound implements Round {
  private static final int KILLS = 3;
  private static final int WRITES = 300;

  /** The exit status after SIGKILL. */
  private static final int KILLED = 137;

  /** So many that a migration takes long enough to be killed. */
  private static final int SESSIONS = 5_000;

  private static final int AT_ONCE = 100;

  private final Engine engine;

  MigrationRound(Engine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return "kill -9 during a migration, " + engine.title;
  }

  @Override
  public void run(RoundContext context) throws Exception {
    try (Engine.OpenStore opened = engine.open()) {
      Load load = ServerLives.createLoad(context, opened.flags());
      try (ServerProcess server = ServerProcess.start(context.work(), opened.flags())) {
        load.start(List.of(Endpoint.of(server)));
        try (load) {
          load.awaitAcknowledged(WRITES);
        }
        server.terminate();
        context.require(server.awaitExit() == 0, "the server does not stop with status 0");
      }
      OlderStore older = OlderStore.of(opened, context.work());
      try (Store store = older.open()) {
        fill(store);
      }
      String[] migrate = RoundContext.arguments(opened.checkFlags(), "migrate");
      older.make();
      migrate(context, migrate);
      long whole = older.progress();
      boolean killed = false;
      for (int i = 0; i < KILLS; i++) {
        older.make();
        killed |= kill(context, older, context.random().nextLong(1, whole), migrate);
      }
      context.require(killed, "no migration was killed");
      migrate(context, migrate);
      ServerLives.verify(context, load, opened);
    }
  }

  private static void migrate(RoundContext context, String... arguments) {
    ParleyProcess.Result result = context.command(arguments);
    context.require(result.exitCode() == 0, "the migration fails: " + result.err());
  }

  /** Kills a migration at this progress. Returns whether it was not over before. */
  private static boolean kill(
      RoundContext context, OlderStore older, long progress, String... arguments) {
    try (ParleyProcess migrating = ParleyProcess.start(context.work(), Map.of(), arguments)) {
      Waiting.until(() -> older.progress() >= progress || !migrating.isAlive(), migrating::err);
      migrating.kill();
      return migrating.awaitExit() == KILLED;
    }
  }

  /** Creates sessions with a run each. Every other session is archived. */
  private static void fill(Store store) {
    Agent agent = Agents.of("migrated");
    store.createAgent(agent, AuditContexts.any()).join();
    List<CompletableFuture<Session>> created = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Session.Profile profile =
          Session.Profile.EMPTY.withUser("user " + i % AT_ONCE).withClient("web");
      created.add(create(store, Sessions.of(agent.agentId(), profile), i % 2 == 0));
      if (created.size() == AT_ONCE) {
        created.forEach(CompletableFuture::join);
        created.clear();
      }
    }
  }

  private static CompletableFuture<Session> create(Store store, Session session, boolean archived) {
    Run run =
        Run.create(
            session.agentId(),
            session.sessionId(),
            "run",
            Run.State.COMPLETED,
            Run.Report.EMPTY,
            session.createTime());
    return store
        .createSession(session)
        .thenCompose(stored -> store.createRun(Sessions.ref(session), run))
        .thenCompose(
            stored ->
                archived
                    ? store.updateSession(
                        Sessions.ref(session),
                        s -> s.withArchiveTime(s.updateTime()),
                        AuditContexts.any())
                    : CompletableFuture.completedFuture(session));
  }
}
