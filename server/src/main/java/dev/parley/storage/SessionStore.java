package dev.parley.storage;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Appended;
import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.Sha256;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionQuery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Where agents, keys, sessions, messages and runs are kept.
 *
 * <p>No method blocks its caller. A future may complete on any thread, so what follows a future
 * must not block either.
 *
 * <p><b>Writes</b> are atomic, and a write's future completes once the write is durable: it
 * survives the death of the process and of the machine. Writes to one session take effect one after
 * the other; those under way at once, in any order. A read that starts after a write's future has
 * completed sees the write, through whichever server.
 *
 * <p><b>Reads</b> see one state of the store each, never half of a write. To read a list in several
 * steps from one state, use a {@link #snapshot}.
 *
 * <p><b>Cancellation.</b> A read that takes a {@link Cancellation} stops when its caller cancels: a
 * read that waits for a thread is dropped at once, and a read that runs ends after at most 100 ms
 * of work. Its future then fails with a {@link java.util.concurrent.CancellationException}. To
 * cancel a read that is done changes nothing.
 *
 * <p><b>Acts.</b> A write that takes an {@link AuditContext} adds an entry of it to the audit log,
 * with what it changes and in the same piece: either both are there or none. A write that is
 * refused, or finds nothing to change, adds none. Nothing changes or removes an entry.
 *
 * <p><b>Errors.</b> A future fails with a {@link SessionException} for what each method names, and
 * also with {@code OVERLOADED} if too much work waits and {@code UNAVAILABLE} if the store is
 * closed or cannot be reached; nothing was written then, or it is not known whether it was in the
 * case of {@code UNAVAILABLE}. Any other exception is a fault. Methods do not throw.
 *
 * <p><b>Text</b> is kept code point by code point and compared without regard to locale: keys that
 * differ in case differ. Times are kept in microseconds. No argument is null unless marked so.
 */
public interface SessionStore extends AutoCloseable {

  /** The way to back up the store while it is open; empty if it has to be done from outside. */
  default Optional<BackupSource> backupSource() {
    return Optional.empty();
  }

  // Agents

  /** Adds an agent. {@code AGENT_EXISTS} if the id is taken. */
  CompletableFuture<Agent> createAgent(Agent agent, AuditContext audit);

  /** The agent with this id. */
  CompletableFuture<Optional<Agent>> findAgent(UUID agentId);

  /** Agents by agent id, as an unsigned number. The cost does not grow with what is skipped. */
  CompletableFuture<List<Agent>> listAgents(AgentQuery query, Cancellation cancellation);

  /**
   * Replaces an agent by what {@code change} makes of it, which may change the default ttl of
   * sessions to be made, nothing else. {@code change} may run several times and on any thread, and
   * must not block. {@code AGENT_NOT_FOUND} if there is none.
   */
  CompletableFuture<Agent> updateAgent(
      UUID agentId, UnaryOperator<Agent> change, AuditContext audit);

  /**
   * Removes an agent with its sessions, messages, runs and keys. Completes with whether there was
   * one; a later agent with the same id starts empty. Its entries in the audit log stay.
   */
  CompletableFuture<Boolean> deleteAgent(UUID agentId, AuditContext audit);

  // Keys

  /**
   * Adds a key. Where the owner has a live master key, a new one revokes it as of its create time,
   * and with it the live keys of the owner's agents. {@code AGENT_NOT_FOUND} if the agent of an
   * agent key does not exist.
   */
  CompletableFuture<ApiKey> createApiKey(ApiKey key, AuditContext audit);

  /** The key with this secret, revoked and expired ones included. */
  CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash);

  /** The key with this id, revoked and expired ones included. */
  CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId);

  /** Keys by key id, as an unsigned number, revoked and expired ones included. */
  CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query, Cancellation cancellation);

  /**
   * Revokes a key as of {@code now}; a master key takes the owner's live agent keys with it. A
   * revoked key stays as it is. {@code API_KEY_NOT_FOUND} if there is none.
   */
  CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now, AuditContext audit);

  /**
   * Adds {@code successor} beside the live key {@code keyId} of the same agent, which expires at
   * {@code end} from now on, unless it would before. {@code API_KEY_NOT_FOUND} if there is none, or
   * it was revoked or is due at the successor's create time.
   */
  CompletableFuture<ApiKey> rotateApiKey(
      UUID keyId, ApiKey successor, Instant end, AuditContext audit);

  /**
   * Notes when keys were last used: the later of what is known and what {@code times} says. Ids
   * that there are not are passed over. Completes with how many keys it told something new of.
   */
  CompletableFuture<Integer> noteApiKeyUses(Map<UUID, Instant> times);

  // Sessions

  /**
   * Adds an active session without messages; one of whose expiry nothing was said gets its agent's
   * default ttl, as one that an append makes does. {@code AGENT_NOT_FOUND} if its agent does not
   * exist; {@code KEY_IN_USE} if an active session of the agent holds its key.
   */
  CompletableFuture<Session> createSession(Session session);

  /** The session that {@code ref} names. */
  CompletableFuture<Optional<Session>> findSession(SessionRef ref, Cancellation cancellation);

  /**
   * The session with this id, active or archived, whoever's it is. An id that there is not takes as
   * long as one that there is.
   */
  CompletableFuture<Optional<Session>> findSession(UUID sessionId, Cancellation cancellation);

  /**
   * The active sessions that hold {@code key}, the most recently updated first, ties by session id.
   * The cost grows with the number of agents that the filter leaves, not with their sessions.
   */
  CompletableFuture<List<Session>> findSessions(
      SessionFilter filter, String key, Cancellation cancellation);

  /**
   * Sessions in the order of {@code query}, all of one moment. An unknown agent has none.
   *
   * <p>The cost does not grow with what came on the pages before. It grows with the number of
   * agents that the filter leaves, if it names none; with the number of clients of the user, if it
   * names a user and no client. Rows are passed over only where a filter names an agent and a user,
   * or archived sessions of one user or client.
   */
  CompletableFuture<List<Session>> listSessions(SessionQuery query, Cancellation cancellation);

  /**
   * The keys that active sessions hold, each once, by code point, all of one moment.
   *
   * <p>The cost grows with the number of agents that the filter leaves, not with the keys before
   * the page. If the filter names a user or a client, it grows with the number of their sessions.
   */
  CompletableFuture<List<String>> listKeys(KeyQuery query, Cancellation cancellation);

  /**
   * Replaces a session by what {@code change} makes of it. {@code change} may run several times and
   * on any thread, must not block, and may refuse with a {@link SessionException}, after which
   * nothing has changed. It may change the profile, nothing else.
   *
   * <p>{@code SESSION_NOT_FOUND} if there is none.
   */
  CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change);

  /**
   * The same, but for a change that may also set or clear the archive time, which is an audit.
   * {@code KEY_IN_USE} if the session becomes active and an active session of the agent holds its
   * key.
   */
  CompletableFuture<Session> updateSession(
      SessionRef ref, UnaryOperator<Session> change, AuditContext audit);

  /**
   * Removes a session with its messages and runs. {@code guard} sees the session first and may
   * refuse with a {@link SessionException}. {@code SESSION_NOT_FOUND} if there is none.
   */
  CompletableFuture<Session> deleteSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit);

  // Expiry

  /**
   * Sessions by the time under which they are filed as due, the earliest first, then by session id
   * as an unsigned number. An active session that has an expiry is filed under the time at which it
   * is due, and stays there while appends put that off: only {@link #updateSession} and {@link
   * #rescheduleExpiry} file it anew. So whoever is due is found, and who is found may not be due
   * yet. The cost does not grow with what came on the pages before, but with what the query leaves
   * out.
   */
  CompletableFuture<ExpiredPage> listExpired(ExpiredQuery query, Cancellation cancellation);

  /**
   * Files sessions of an agent under the times at which they are due now, takes those that are
   * never due out, and completes with how many there were. What another write holds may be left as
   * it is. Nobody sees a difference but {@link #listExpired}.
   */
  CompletableFuture<Integer> rescheduleExpiry(UUID agentId, Set<UUID> sessionIds);

  // Messages

  /**
   * Appends messages to a session, all or none, in their order, numbered on from its head.
   *
   * <p>A draft is not stored again if its id is one of {@link Append#chosenIds} that the session
   * holds already, or came before in the same append: it answers the stored message if the drafts
   * are equal, and is {@code MESSAGE_ID_REUSED} otherwise. If every draft is stored already,
   * nothing is written and the answer is as it was the first time, but for the session, which is as
   * it is now, and whatever the expected head says.
   *
   * <p>{@code SESSION_NOT_FOUND} if there is none and none is to be made; {@code AGENT_NOT_FOUND}
   * if one is to be made for an agent that does not exist; {@code KEY_IN_USE} if one is to be made
   * and another user's session holds the key; {@code SESSION_ARCHIVED} if it is archived; {@code
   * STALE_SEQUENCE} if its head is not the expected one.
   */
  CompletableFuture<Appended> append(Append append);

  /**
   * Messages of one session, with the session, of one moment. Completes empty if there is no such
   * session.
   */
  CompletableFuture<Optional<MessagePage>> listMessages(
      MessageQuery query, Cancellation cancellation);

  // Runs

  /**
   * Adds a run without retrieved context to the session that {@code ref} names and numbers it. The
   * session is otherwise as before. {@code SESSION_NOT_FOUND} if there is none; {@code
   * SESSION_ARCHIVED} if it is archived; {@code RUN_EXISTS} if it has a run with that id.
   */
  CompletableFuture<Run> createRun(SessionRef.ById ref, Run run);

  /**
   * Replaces a run by what {@code change} makes of it, which may change state, times and report.
   * {@code change} may run several times and on any thread, must not block, and may refuse with a
   * {@link SessionException}, after which nothing has changed.
   *
   * <p>{@code SESSION_NOT_FOUND} if there is no such session; {@code RUN_NOT_FOUND} if it has no
   * such run; {@code SESSION_ARCHIVED} if it is archived.
   */
  CompletableFuture<Run> updateRun(Run.Ref ref, UnaryOperator<Run> change);

  /**
   * Runs of one session, with the session, of one moment. Completes empty if there is no such
   * session. The cost does not grow with what is skipped.
   */
  CompletableFuture<Optional<RunPage>> listRuns(RunQuery query, Cancellation cancellation);

  /**
   * The runs with these ids, in no order, with the session, of one moment; ids that the session
   * does not know are passed over. Completes empty if there is no such session.
   */
  CompletableFuture<Optional<RunPage>> findRuns(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation);

  /**
   * Replaces the retrieved context of a run by {@code items}, each a JSON object, in their order.
   * {@code SESSION_NOT_FOUND} if there is no such session; {@code RUN_NOT_FOUND} if it has no such
   * run; {@code SESSION_ARCHIVED} if it is archived.
   */
  CompletableFuture<Run> putContext(Run.Ref ref, List<Json> items);

  /**
   * The retrieved contexts of the runs with these ids, by run id, of one moment: empty for a run
   * that none was put to; ids that the session does not know are passed over. Completes empty if
   * there is no such session.
   */
  CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation);

  // Snapshots

  /**
   * Opens a snapshot: one state of the store, to be read in several steps. The caller closes it.
   *
   * <p>Snapshots and their reads have threads of their own, so that single reads do not wait for
   * long lists. A store may bound the number of open snapshots; a call over the bound waits, and
   * fails with {@code OVERLOADED} if too many wait already.
   *
   * @param cancellation drops a call that waits, closes the snapshot, and cancels its reads
   */
  CompletableFuture<StoreSnapshot> snapshot(Cancellation cancellation);

  // Audit log

  /** Adds an entry of something that changes nothing else in the store. */
  CompletableFuture<AuditEntry> addAuditEntry(AuditEntry entry);

  /**
   * Entries of the audit log, of one moment. The cost does not grow with what came on the pages
   * before; it grows with the entries that a prefix, or an owner beside an agent, passes over.
   */
  CompletableFuture<List<AuditEntry>> listAuditEntries(AuditQuery query, Cancellation cancellation);

  /**
   * Rejects new calls, finishes the writes that were accepted and the reads that run, closes open
   * snapshots and releases everything. Reads that wait for a thread fail with {@code UNAVAILABLE}
   * at once. Blocks until done; a second call does nothing.
   */
  @Override
  void close();
}
