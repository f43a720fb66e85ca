package dev.parley.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.auth.Scope;
import dev.parley.core.append.AppendRequest;
import dev.parley.core.append.NewMessage;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.model.Agent;
import dev.parley.model.AppendResult;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditActor;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.AuditQuery;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.SequentialIds;
import dev.parley.testing.SetClock;
import dev.parley.testing.memory.InMemoryStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The use cases over an in-memory store. It has two agents of the owner {@code acme}, one of the
 * owner {@code globex}, and a caller of each kind.
 */
final class CoreFixture {
  static final int CONTENT_BYTES_MAX = 1_000;
  static final Set<String> ALL_SCOPES = Scope.GRANTABLE;
  static final AuditActor ACTOR = AuditContexts.actor();

  final SetClock clock = new SetClock("2026-03-01T00:00:00Z");
  final InMemoryStore store = new InMemoryStore();
  final SequentialIds ids = new SequentialIds();
  final PageTokens tokens = new PageTokens("secret".getBytes(UTF_8));
  final Authorizer authorizer = new Authorizer(store);
  final AuditLog audit = new AuditLog(store, tokens, ids, clock);

  final Agents agents = new Agents(store, tokens, audit, ids, clock);
  final Keys keys = new Keys(store, authorizer, tokens, audit, ids, new SecureRandom(), clock);
  final Sessions sessions = new Sessions(store, authorizer, tokens, audit, ids, clock);
  final Archives archives = new Archives(store, tokens, audit, clock);
  final Messages messages = new Messages(store, tokens, ids, clock, audit, CONTENT_BYTES_MAX);
  final Runs runs = new Runs(store, tokens, ids, clock);
  final Retention retention = new Retention(store, tokens, clock);
  final Transcripts transcripts = new Transcripts(store, clock);

  final Agent agent = newAgent("acme");
  final Agent sibling = newAgent("acme");
  final Agent foreign = newAgent("globex");

  final Caller root = caller(new Principal.Root());
  final Caller master = caller(new Principal.Master("acme", null, null));
  final Caller foreignMaster = caller(new Principal.Master("globex", null, null));
  final Caller agentKey = caller(new Principal.AgentHolder(agentId(), ALL_SCOPES, null, null));
  final Caller ada = user("ada", null);
  final Caller bob = user("bob", null);

  CoreFixture() {
    // Tests start after the creation time of the agents.
    clock.advance();
  }

  static Caller caller(Principal principal) {
    return new Caller(principal, ACTOR);
  }

  /** A user of the owner {@code acme}. */
  static Caller user(String subject, String client) {
    return caller(new Principal.User("acme", subject, client, Set.of()));
  }

  Agent newAgent(String owner) {
    return store
        .createAgent(
            new Agent(ids.uuid(), owner, clock.instant(), Agent.Profile.EMPTY),
            AuditContexts.of(AuditAction.AGENT_CREATE, clock.instant()))
        .join();
  }

  UUID agentId() {
    return agent.agentId();
  }

  /**
   * Creates a session of {@link #agent}. The clock advances before, so all sessions have different
   * times.
   */
  Session create(Caller caller, String key) {
    return create(caller, agentId(), key, Session.Profile.EMPTY);
  }

  Session create(Caller caller, UUID agentId, String key, Session.Profile profile) {
    clock.advance();
    return sessions.create(caller, agentId, key, profile).join();
  }

  Session archive(Session session) {
    clock.advance();
    return archives.archive(root, ref(session)).join();
  }

  AppendResult append(Session session, NewMessage... added) {
    return messages
        .append(root, new AppendRequest(ref(session), false, OptionalLong.empty(), List.of(added)))
        .join();
  }

  static NewMessage message(String text) {
    return message(null, Role.USER, text);
  }

  static NewMessage message(String messageId, Role role, String text) {
    return new NewMessage(messageId, role, Content.text(text), null, Json.EMPTY_OBJECT);
  }

  static SessionRef.ById ref(Session session) {
    return new SessionRef.ById(session.agentId(), session.sessionId(), null);
  }

  static SessionRef.ByKey keyRef(Session session) {
    return new SessionRef.ByKey(session.agentId(), session.key(), null);
  }

  boolean exists(Session session) {
    return store.findSession(session.sessionId(), Cancellation.NONE).join().isPresent();
  }

  /** The newest audit entry. */
  AuditEntry lastAuditEntry() {
    return auditEntries().get(0);
  }

  /** All audit entries, newest first. */
  List<AuditEntry> auditEntries() {
    return store.listAuditEntries(AuditQuery.all(null, 1_000), Cancellation.NONE).join();
  }

  Instant now() {
    return clock.instant();
  }

  static PageRequest first(int size) {
    return new PageRequest(size, null);
  }

  /** Reads all pages of a list, each of at most {@code size} items. */
  static <T> List<T> allPages(int size, Function<PageRequest, CompletableFuture<Page<T>>> list) {
    List<T> all = new ArrayList<>();
    String token = null;
    do {
      Page<T> page = list.apply(new PageRequest(size, token)).join();
      if (page.items().size() > size) {
        throw new AssertionError("The page has " + page.items().size() + " items.");
      }
      all.addAll(page.items());
      token = page.nextToken();
    } while (token != null);
    return all;
  }
}
