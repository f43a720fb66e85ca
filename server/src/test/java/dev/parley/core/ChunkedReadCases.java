package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.core.page.PageTokens;
import dev.parley.core.read.Chunk;
import dev.parley.core.read.ChunkedRead;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.memory.InMemoryStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A store whose lists are read in chunks. */
@Timeout(120)
abstract class ChunkedReadCases {
  static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  static final AuditContext ACT = AuditContexts.any();
  static final Set<Role> SPOKEN = EnumSet.of(Role.USER, Role.ASSISTANT);
  static final long ALL_BYTES = 32L << 20;
  static final int ALL = Integer.MAX_VALUE;

  final UUID agentId = UUID.randomUUID();
  final Caller root = new Caller(new Principal.Root(), ACT.actor());
  final InMemoryStore store = new InMemoryStore();
  dev.parley.core.Sessions sessions;
  Archives archives;
  Messages messages;
  Transcripts transcripts;

  @BeforeEach
  void createUseCases() {
    store.createAgent(Agents.of(agentId, "acme"), ACT).join();
    PageTokens tokens = new PageTokens(new byte[32]);
    IdGenerator ids = IdGenerator.random();
    Clock clock = Clock.systemUTC();
    AuditLog audit = new AuditLog(store, tokens, ids, clock);
    sessions =
        new dev.parley.core.Sessions(store, new Authorizer(store), tokens, audit, ids, clock);
    archives = new Archives(store, tokens, audit, clock);
    messages = new Messages(store, tokens, ids, clock, audit, 1 << 20);
    transcripts = new Transcripts(store, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  List<Session> makeSessions(int count, int metadataBytes) {
    Json metadata = Sessions.json("{\"a\":\"" + "x".repeat(metadataBytes) + "\"}");
    Session.Profile empty = Session.Profile.EMPTY;
    Session.Profile profile =
        new Session.Profile(
            null,
            null,
            null,
            "1.0",
            null,
            null,
            null,
            metadata,
            Session.Profile.NO_LABELS,
            empty.expiry());
    List<CompletableFuture<Session>> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(store.createSession(Sessions.of(agentId, profile)));
    }
    return made.stream().map(CompletableFuture::join).toList();
  }

  List<Session> listed(boolean archived) {
    return store
        .listSessions(
            new SessionQuery(
                SessionFilter.ofAgent(agentId),
                archived ? SessionOrder.ARCHIVE_TIME_DESC : SessionOrder.UPDATE_TIME_DESC,
                null,
                SessionQuery.NO_LIMIT),
            Cancellation.NONE)
        .join();
  }

  static <T> List<List<T>> chunks(ChunkedRead<T> read, Runnable between) {
    List<List<T>> chunks = new ArrayList<>();
    Chunk<T> chunk;
    do {
      chunk = read.next().join();
      chunks.add(chunk.items());
      between.run();
    } while (!chunk.last());
    return chunks;
  }

  static <T> List<T> joined(List<List<T>> chunks) {
    return chunks.stream().flatMap(List::stream).toList();
  }

  static <T> void assertSizes(List<List<T>> chunks, ToLongFunction<T> bytes) {
    for (List<T> chunk : chunks) {
      assertThat(chunk).isNotEmpty();
      long largest = chunk.stream().mapToLong(bytes).max().orElse(0);
      assertThat(chunk.stream().mapToLong(bytes).sum())
          .isLessThanOrEqualTo(Chunk.BYTES + 2 * largest);
    }
  }

  void assertNoSnapshots() {
    assertThat(store.openSnapshots()).isZero();
  }

  void append(Session session, List<Message.Draft> drafts) {
    store.append(new Append(Sessions.ref(session), null, OptionalLong.empty(), drafts, NOW)).join();
  }
}
