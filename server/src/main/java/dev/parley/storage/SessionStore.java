package dev.parley.storage;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Appended;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Where agents, keys, sessions and messages are kept.
 *
 * <p>No method blocks its caller. A future may complete on any thread, so what follows a future
 * must not block either.
 *
 * <p><b>Writes</b> are atomic, and a write's future completes once the write is durable: it
 * survives the death of the process and of the machine. Writes to one session take effect one after
 * the other. A read that starts after a write's future has completed sees the write.
 *
 * <p><b>Reads</b> see one state of the store each, never half of a write.
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

  // Agents

  /** Adds an agent. {@code AGENT_EXISTS} if the id is taken. */
  CompletableFuture<Agent> createAgent(Agent agent);

  /** The agent with this id. */
  CompletableFuture<Optional<Agent>> findAgent(UUID agentId);

  /** Agents by agent id, as an unsigned number. The cost does not grow with what is skipped. */
  CompletableFuture<List<Agent>> listAgents(AgentQuery query);

  /**
   * Removes an agent with its sessions, messages and keys. Completes with whether there was one; a
   * later agent with the same id starts empty.
   */
  CompletableFuture<Boolean> deleteAgent(UUID agentId);

  // Keys

  /**
   * Adds a key. A new master key revokes the live keys of the owner, master and agents' alike, as
   * of its create time. {@code AGENT_NOT_FOUND} if the agent of an agent key does not exist.
   */
  CompletableFuture<ApiKey> createApiKey(ApiKey key);

  /** The key with this secret, revoked and expired ones included. */
  CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash);

  /** The key with this id, revoked and expired ones included. */
  CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId);

  /** Keys by key id, as an unsigned number, revoked and expired ones included. */
  CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query);

  /**
   * Revokes a key as of {@code now}; a master key takes the owner's live agent keys with it. A
   * revoked key stays as it is. {@code API_KEY_NOT_FOUND} if there is none.
   */
  CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now);

  // Sessions

  /**
   * Adds an active session without messages. {@code AGENT_NOT_FOUND} if its agent does not exist;
   * {@code KEY_IN_USE} if an active session of the agent holds its key.
   */
  CompletableFuture<Session> createSession(Session session);

  /** The session that {@code ref} names. */
  CompletableFuture<Optional<Session>> findSession(SessionRef ref);

  /**
   * Sessions of one agent in the order of {@code query}, all of one moment. An unknown agent has
   * none. The cost does not grow with what is skipped.
   */
  CompletableFuture<List<Session>> listSessions(SessionQuery query);

  /**
   * Replaces a session by what {@code change} makes of it. {@code change} may run several times and
   * on any thread, must not block, and may refuse with a {@link SessionException}, after which
   * nothing has changed. It may change the profile and the archive time, nothing else.
   *
   * <p>{@code SESSION_NOT_FOUND} if there is none; {@code KEY_IN_USE} if it becomes active and an
   * active session of the agent holds its key.
   */
  CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change);

  /**
   * Removes a session with its messages. {@code guard} sees the session first and may refuse with a
   * {@link SessionException}. {@code SESSION_NOT_FOUND} if there is none.
   */
  CompletableFuture<Session> deleteSession(SessionRef ref, Consumer<Session> guard);

  // Messages

  /**
   * Appends messages to a session, all or none, in their order, numbered on from its head.
   *
   * <p>A draft whose id the session holds already, or that came before in the same append, is not
   * stored again: it answers the stored message if the drafts are equal, and is {@code
   * MESSAGE_ID_REUSED} otherwise. If every draft is stored already, nothing is written and the
   * answer is as it was the first time, but for the session, which is as it is now, and whatever
   * the expected head says.
   *
   * <p>{@code SESSION_NOT_FOUND} if there is none and none is to be made; {@code AGENT_NOT_FOUND}
   * if one is to be made for an agent that does not exist; {@code SESSION_ARCHIVED} if it is
   * archived; {@code STALE_SEQUENCE} if its head is not the expected one.
   */
  CompletableFuture<Appended> append(Append append);

  /**
   * Messages of one session, with the session, of one moment. Completes empty if there is no such
   * session.
   */
  CompletableFuture<Optional<MessagePage>> listMessages(MessageQuery query);

  /**
   * Finishes what waits, refuses what comes, and releases everything. Blocks until done; a second
   * call does nothing.
   */
  @Override
  void close();
}
