package dev.parley.storage;

import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionQuery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Stores sessions and their expiry index. {@link Store} describes what all methods share. */
public interface SessionStore {
  /**
   * Adds an active session without messages. If its expiry is unset, the agent's default TTL
   * applies; the same holds for sessions that {@link MessageStore#append} creates. Fails with
   * {@code AGENT_NOT_FOUND} if the agent does not exist, and with {@code KEY_IN_USE} if an active
   * session of the agent holds the key.
   */
  CompletableFuture<Session> createSession(Session session);

  /** Finds the session that {@code ref} names. */
  CompletableFuture<Optional<Session>> findSession(SessionRef ref, Cancellation cancellation);

  /**
   * Finds the session with this id, active or archived, for any agent and user. An unknown id takes
   * as long as a known one, so that timing does not reveal which ids exist.
   */
  CompletableFuture<Optional<Session>> findSession(UUID sessionId, Cancellation cancellation);

  /**
   * Finds the sessions of one agent with these ids, active or archived, in any order, all from one
   * state of the store. Unknown ids are left out.
   */
  CompletableFuture<List<Session>> findSessions(
      UUID agentId, Set<UUID> sessionIds, Cancellation cancellation);

  /**
   * Finds the active sessions that hold {@code key}, the most recently updated first, ties by
   * session id. The cost grows with the number of agents that match the filter, not with the number
   * of their sessions.
   */
  CompletableFuture<List<Session>> findSessions(
      SessionFilter filter, String key, Cancellation cancellation);

  /**
   * Lists sessions in the order of {@code query}, all from one state of the store. An unknown agent
   * has no sessions.
   *
   * <p>The cost does not depend on the number of sessions before the page. If the filter names no
   * agent, the cost grows with the number of agents that match. If it names a user and no client,
   * it grows with the number of clients of the user. Rows are read and skipped only if the filter
   * names both an agent and a user. All orders cost the same.
   */
  CompletableFuture<List<Session>> listSessions(SessionQuery query, Cancellation cancellation);

  /**
   * Lists the distinct keys that active sessions hold, by code point, all from one state of the
   * store.
   *
   * <p>The cost grows with the number of agents that match the filter, not with the number of keys
   * before the page. If the filter names a user or a client, the cost grows with the number of
   * their sessions.
   */
  CompletableFuture<List<String>> listKeys(KeyQuery query, Cancellation cancellation);

  /**
   * Replaces a session by the result of {@code change}, which may change the profile and nothing
   * else. {@code change} may run several times and on any thread. It must not block. It may throw a
   * {@link SessionException}; then nothing changes. Fails with {@code SESSION_NOT_FOUND} if the
   * session does not exist.
   */
  CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change);

  /**
   * Like {@link #updateSession(SessionRef, UnaryOperator)}, but {@code change} may also set or
   * clear the archive time, and the change is audited. Fails with {@code KEY_IN_USE} if the session
   * becomes active and another active session of the agent holds its key.
   */
  CompletableFuture<Session> updateSession(
      SessionRef ref, UnaryOperator<Session> change, AuditContext audit);

  /**
   * Deletes a session with its messages and runs. {@code guard} receives the session first and may
   * throw a {@link SessionException} to prevent the deletion. Fails with {@code SESSION_NOT_FOUND}
   * if the session does not exist.
   */
  CompletableFuture<Session> deleteSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit);

  /**
   * Lists sessions of the expiry index by indexed time, the earliest first, then by session id as
   * an unsigned number. The index holds each active session that has an expiry. An append extends
   * the expiry without rewriting the index entry, so the indexed time is a lower bound: every
   * expired session is listed, and a listed session may not be expired yet. Every write that brings
   * the expiry forward rewrites the entry. Only {@link #rescheduleExpiry} moves it later.
   *
   * <p>The cost does not depend on the number of sessions before the page. It grows with the number
   * of entries that the query filters out.
   */
  CompletableFuture<ExpiredPage> listExpired(ExpiredQuery query, Cancellation cancellation);

  /**
   * Sets the expiry index entries of an agent's sessions to their present expire times, and removes
   * the entries of sessions that never expire. Completes with the number of sessions that exist.
   * May skip sessions that another write holds. Only {@link #listExpired} shows the effect.
   */
  CompletableFuture<Integer> rescheduleExpiry(UUID agentId, Set<UUID> sessionIds);
}
