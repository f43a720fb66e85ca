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
 * The way of whole stores from one place to another: reads and writes what is stored as it is, past
 * the rules for what callers may write. Times, errors and durability are as {@link Store} says.
 *
 * <p>A session is put in pieces of any size: its messages and runs first, its row last. Until then
 * nobody sees it. Whoever puts sessions is alone with them, and {@link #removeSessions removes} at
 * first what was put before, if that may be something else. Every put may be done again.
 */
public interface StoreTransfer {

  /**
   * Sessions of an agent, active and archived, by session id as an unsigned number. The cost does
   * not grow with what is skipped.
   *
   * @param after only those with a greater id; null to start from the first
   * @param limit the most to list, at least 1
   */
  CompletableFuture<List<Session>> listSessions(UUID agentId, @Nullable UUID after, int limit);

  /**
   * Puts an agent, or its default ttl in place of the one that it has. {@code AGENT_EXISTS} if the
   * id is that of another agent.
   */
  CompletableFuture<Agent> putAgent(Agent agent);

  /**
   * Puts keys, in place of those with the same ids; revokes none of the others. Completes with how
   * many. {@code AGENT_NOT_FOUND} if the agent of an agent key does not exist.
   */
  CompletableFuture<Integer> putApiKeys(List<ApiKey> keys);

  /**
   * Removes sessions with their messages and runs, and also messages and runs of sessions that were
   * not put yet. Completes with how many of them there were.
   */
  CompletableFuture<Integer> removeSessions(UUID agentId, Set<UUID> sessionIds);

  /**
   * Puts messages of an agent's sessions, by session id. Completes with how many. {@code
   * AGENT_NOT_FOUND} if the agent does not exist.
   */
  CompletableFuture<Integer> putMessages(UUID agentId, Map<UUID, List<Message>> messages);

  /**
   * Puts runs of an agent's sessions. Completes with how many. {@code AGENT_NOT_FOUND} if the agent
   * does not exist.
   */
  CompletableFuture<Integer> putRuns(UUID agentId, List<StoredRun> runs);

  /**
   * Puts sessions of an agent, all or none, in place of those with the same ids; completes with how
   * many were not there as they are. {@code AGENT_NOT_FOUND} if the agent does not exist; {@code
   * KEY_IN_USE} if one is active and a session that is not among them holds its key.
   */
  CompletableFuture<Integer> putSessions(UUID agentId, List<Session> sessions);

  /** Puts entries of the audit log, as they are. Completes with how many. */
  CompletableFuture<Integer> putAuditEntries(List<AuditEntry> entries);
}
