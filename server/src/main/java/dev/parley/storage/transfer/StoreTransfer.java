package dev.parley.storage.transfer;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Store;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Copies whole stores: reads and writes entities as they are, without the rules for callers. Times,
 * errors and durability are as in {@link Store}.
 *
 * <p>Write a session in pieces of any size: its messages and runs first, its row last. The session
 * is invisible until its row is written. Only one writer may write a session at a time. If earlier
 * pieces may differ, {@link #removeSessions remove} them first. All writes are idempotent.
 */
public interface StoreTransfer {

  /**
   * Lists sessions of an agent, active and archived, by session id as an unsigned number. The cost
   * does not depend on the number of sessions before the page.
   *
   * @param after only sessions with a greater id; null to start at the first
   * @param limit the page size, at least 1
   */
  CompletableFuture<List<Session>> listSessions(UUID agentId, @Nullable UUID after, int limit);

  /**
   * Writes an agent, or updates the default TTL of an existing one. Fails with {@code AGENT_EXISTS}
   * if a different agent has the id.
   */
  CompletableFuture<Agent> putAgent(Agent agent);

  /**
   * Writes keys, replacing those with the same ids. Does not revoke other keys. Completes with the
   * number of keys. Fails with {@code AGENT_NOT_FOUND} if the agent of an agent key does not exist.
   */
  CompletableFuture<Integer> putApiKeys(List<ApiKey> keys);

  /**
   * Removes sessions with their messages and runs, including messages and runs of sessions whose
   * row was never written. Completes with the number of sessions that existed.
   */
  CompletableFuture<Integer> removeSessions(UUID agentId, Set<UUID> sessionIds);

  /**
   * Writes messages of an agent's sessions, by session id. Completes with the number of messages.
   * Fails with {@code AGENT_NOT_FOUND} if the agent does not exist.
   */
  CompletableFuture<Integer> putMessages(UUID agentId, Map<UUID, List<Message>> messages);

  /**
   * Writes runs of an agent's sessions. Completes with the number of runs. Fails with {@code
   * AGENT_NOT_FOUND} if the agent does not exist.
   */
  CompletableFuture<Integer> putRuns(UUID agentId, List<StoredRun> runs);

  /**
   * Writes sessions of an agent, all or none, replacing those with the same ids. Completes with the
   * number of sessions that were missing or different. Fails with {@code AGENT_NOT_FOUND} if the
   * agent does not exist, and with {@code KEY_IN_USE} if a session that is not among them holds the
   * key of an active session.
   */
  CompletableFuture<Integer> putSessions(UUID agentId, List<Session> sessions);

  /** Writes audit entries as they are. Completes with the number of entries. */
  CompletableFuture<Integer> putAuditEntries(List<AuditEntry> entries);
}
