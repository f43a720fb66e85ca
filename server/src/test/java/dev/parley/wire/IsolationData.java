package dev.parley.wire;

import dev.parley.model.Agent;
import dev.parley.model.Content;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Sessions;
import dev.parley.testing.TickingClock;
import dev.parley.testing.Tokens;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Random owners, agents, users, clients, keys and sessions. Every text in a session contains the id
 * of the session, so that an answer shows which session it comes from.
 */
final class IsolationData {
  /** The owner whose agents the users can use. */
  static final String TRUSTING = "trusting";

  private static final String[] USERS = {null, "ann", "bob", "ann "};
  private static final String[] CLIENTS = {null, "web", "app"};
  private static final String[] KEYS = {"shared", "a/b", "x:watch", "mine"};
  private static final long YEAR_2100 = 4_102_444_800L;

  private final ServerFixture server;
  private final Store store;
  private final Random random;
  private final TickingClock clock = new TickingClock();
  private final List<Agent> agents = new ArrayList<>();

  IsolationData(ServerFixture server, long seed) {
    this.server = server;
    store = server.store();
    random = new Random(seed);
    String run = "-" + UUID.randomUUID();
    for (String owner : List.of(TRUSTING, "other" + run, "third" + run)) {
      for (int i = 0; i <= random.nextInt(3); i++) {
        agents.add(store.createAgent(Agents.of(owner), AuditContexts.any()).join());
      }
    }
    for (int i = 0; i < 14; i++) {
      makeSession();
    }
  }

  /**
   * A caller, who uses the agents of one owner.
   *
   * @param name the name in messages of assertions
   * @param token the credential
   * @param agentId the only agent of the caller; null for all of the owner
   * @param user the caller sees only the sessions of this user; null for all
   * @param client the client of the caller; null for none
   */
  record Caller(
      String name,
      String token,
      String owner,
      @Nullable UUID agentId,
      @Nullable String user,
      @Nullable String client,
      Map<UUID, String> ownerOf) {
    boolean uses(UUID agent) {
      return isOfOwner(agent) && (agentId == null || agentId.equals(agent));
    }

    boolean sees(Session session) {
      return uses(session.agentId()) && (user == null || user.equals(session.profile().user()));
    }

    /** Whether the caller sees the session in APIs that show only the sessions of its client. */
    boolean seesOfClient(Session session) {
      return sees(session) && (client == null || client.equals(session.profile().client()));
    }

    boolean isOfOwner(UUID agent) {
      return owner.equals(ownerOf.get(agent));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * How a session that the caller does not see differs from those that it sees. Every rule of
   * access treats two sessions of the same kind alike.
   *
   * @param sharesKey whether the caller sees another session with the same key
   */
  private record Kind(
      boolean isOfOwner,
      boolean isOfAgent,
      @Nullable String user,
      boolean isOfClient,
      boolean isArchived,
      boolean sharesKey) {}

  /** A session with its messages and runs. */
  record Snapshot(Session session, List<Message> messages, List<Run> runs, Object contexts) {}

  private void makeSession() {
    Agent agent = pick(agents.toArray(Agent[]::new));
    UUID id = UUID.randomUUID();
    Session.Profile profile =
        new Session.Profile(
            "label of " + id,
            pick(USERS),
            pick(CLIENTS),
            "1.0",
            null,
            null,
            null,
            Sessions.json("{\"note\":\"of " + id + "\"}"),
            Session.Profile.NO_LABELS,
            Expiry.UNSET);
    String key = pick(KEYS);
    boolean taken =
        !store
            .findSessions(SessionFilter.ofAgent(agent.agentId()), key, Cancellation.NONE)
            .join()
            .isEmpty();
    Session session =
        store
            .createSession(
                Session.create(
                    agent.agentId(),
                    id,
                    taken ? key + " " + UUID.randomUUID() : key,
                    profile,
                    clock.instant()))
            .join();
    fill(session);
    if (random.nextInt(4) == 0) {
      store
          .updateSession(
              Sessions.ref(session), s -> s.withArchiveTime(clock.instant()), AuditContexts.any())
          .join();
    }
  }

  private void fill(Session session) {
    String text = "text of " + session.sessionId();
    List<Message.Draft> drafts = new ArrayList<>();
    for (Role role : List.of(Role.USER, Role.ASSISTANT)) {
      drafts.add(
          new Message.Draft(
              UUID.randomUUID().toString(), role, Content.text(text), "run", Json.EMPTY_OBJECT));
    }
    store
        .append(
            new Append(Sessions.ref(session), null, OptionalLong.empty(), drafts, clock.instant()))
        .join();
    Run run =
        Run.create(
            session.agentId(),
            session.sessionId(),
            "run",
            Run.State.COMPLETED,
            new Run.Report(text, null, null, text, Json.EMPTY_OBJECT),
            clock.instant());
    store.createRun(Sessions.ref(session), run).join();
    store
        .putContext(
            new Run.Ref(Sessions.ref(session), "run"),
            List.of(Sessions.json("{\"text\":\"" + text + "\"}")))
        .join();
  }

  /** One of each kind of caller, several of most. */
  List<Caller> callers() {
    List<Caller> callers = new ArrayList<>();
    Map<UUID, String> ownerOf = new HashMap<>();
    agents.forEach(agent -> ownerOf.put(agent.agentId(), agent.owner()));
    for (String owner : Set.copyOf(ownerOf.values())) {
      callers.add(
          new Caller(
              "master of " + owner, server.masterKey(owner), owner, null, null, null, ownerOf));
    }
    for (Agent agent : agents) {
      UUID id = agent.agentId();
      String key =
          server.key(
              """
              {"type":"AGENT","agentId":"%s","scopes":["agent:manage","chat"]}"""
                  .formatted(id));
      callers.add(new Caller("key of " + id, key, agent.owner(), id, null, null, ownerOf));
    }
    for (String user : new String[] {"ann", "bob", "ann ", "nobody"}) {
      String client = pick(CLIENTS);
      callers.add(
          new Caller(
              "user " + user + " of client " + client,
              token(user, client),
              TRUSTING,
              null,
              user,
              client,
              ownerOf));
    }
    return callers;
  }

  /** The agents that the caller uses, one other of the owner, and one of another owner. */
  List<Agent> agentsFor(Caller caller) {
    Set<Boolean> kinds = new HashSet<>();
    return agents.stream()
        .filter(
            agent -> caller.uses(agent.agentId()) || kinds.add(caller.isOfOwner(agent.agentId())))
        .toList();
  }

  /** The sessions that the caller sees, and one of each kind of the others. */
  List<Session> sessionsFor(Caller caller, Map<UUID, Snapshot> all) {
    List<Session> sessions = all.values().stream().map(Snapshot::session).toList();
    Set<String> keys =
        sessions.stream().filter(caller::sees).map(Session::key).collect(Collectors.toSet());
    Set<Kind> kinds = new HashSet<>();
    return sessions.stream()
        .filter(each -> caller.sees(each) || kinds.add(kind(caller, each, keys)))
        .toList();
  }

  private static Kind kind(Caller caller, Session session, Set<String> keys) {
    Session.Profile profile = session.profile();
    return new Kind(
        caller.isOfOwner(session.agentId()),
        caller.uses(session.agentId()),
        profile.user(),
        Objects.equals(caller.client(), profile.client()),
        session.isArchived(),
        keys.contains(session.key()));
  }

  private static String token(String user, String client) {
    String azp = client == null ? "" : ",\"azp\":\"" + client + "\"";
    return Tokens.hs256(
        """
        {"sub":"%s","aud":"authenticated","exp":%d%s,
         "scope":"api:aip-agents-read api:aip-agents-write"}"""
            .formatted(user, YEAR_2100, azp));
  }

  /** All sessions of this data set with their messages and runs. */
  Map<UUID, Snapshot> snapshots() {
    Map<UUID, Snapshot> snapshots = new HashMap<>();
    for (Agent agent : agents) {
      for (SessionOrder order :
          List.of(SessionOrder.UPDATE_TIME_DESC, SessionOrder.ARCHIVE_TIME_DESC)) {
        SessionQuery all =
            new SessionQuery(
                SessionFilter.ofAgent(agent.agentId()), order, null, SessionQuery.NO_LIMIT);
        store
            .listSessions(all, Cancellation.NONE)
            .join()
            .forEach(session -> snapshots.put(session.sessionId(), snapshot(session)));
      }
    }
    return snapshots;
  }

  /** Replaces the snapshot of a session. Removes it if the session does not exist. */
  void refresh(Map<UUID, Snapshot> snapshots, Session session) {
    store
        .findSession(Sessions.ref(session), Cancellation.NONE)
        .join()
        .ifPresentOrElse(
            found -> snapshots.put(found.sessionId(), snapshot(found)),
            () -> snapshots.remove(session.sessionId()));
  }

  private Snapshot snapshot(Session session) {
    MessageQuery messages =
        new MessageQuery(
            Sessions.ref(session),
            false,
            EnumSet.allOf(Role.class),
            null,
            0,
            Integer.MAX_VALUE,
            Long.MAX_VALUE);
    return new Snapshot(
        session,
        store.listMessages(messages, Cancellation.NONE).join().orElseThrow().messages(),
        store
            .listRuns(
                new RunQuery(Sessions.ref(session), false, 0, Integer.MAX_VALUE), Cancellation.NONE)
            .join()
            .orElseThrow()
            .runs(),
        store
            .findContexts(Sessions.ref(session), Set.of("run"), Cancellation.NONE)
            .join()
            .orElseThrow());
  }

  /** Chooses one of the values. */
  <T> T pick(T[] some) {
    return some[random.nextInt(some.length)];
  }
}
