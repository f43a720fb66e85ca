package dev.parley.search.follow;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads a store for its index. All methods block. */
final class StoreReader {
  static final int PAGE_MAX = 500;

  private static final long BYTES_MAX = 3 << 20;
  private static final int OWNERS_MAX = 10_000;
  private static final long TIMEOUT_SECONDS = 60;
  private static final Set<Role> ROLES = Set.copyOf(EnumSet.allOf(Role.class));

  private final Store store;
  private final Map<UUID, String> owners =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, String> eldest) {
          return size() > OWNERS_MAX;
        }
      };

  StoreReader(Store store) {
    this.store = store;
  }

  /** The owner of an agent, which never changes; null if the agent does not exist. */
  @Nullable String owner(UUID agentId) {
    String known = owners.get(agentId);
    if (known != null) {
      return known;
    }
    Optional<String> owner = get(store.findAgent(agentId)).map(Agent::owner);
    owner.ifPresent(found -> owners.put(agentId, found));
    return owner.orElse(null);
  }

  /** Whether an agent exists. */
  boolean exists(UUID agentId) {
    owners.remove(agentId);
    return owner(agentId) != null;
  }

  Optional<Session> session(SessionId id) {
    return get(
        store.findSession(
            new SessionRef.ById(id.agentId(), id.sessionId(), null), Cancellation.NONE));
  }

  List<Session> sessions(UUID agentId, Set<UUID> sessionIds) {
    return get(store.findSessions(agentId, sessionIds, Cancellation.NONE));
  }

  /** Messages after a sequence, oldest first; empty if the session does not exist. */
  List<Message> messages(SessionId id, long after) {
    SessionRef ref = new SessionRef.ById(id.agentId(), id.sessionId(), null);
    return get(store.listMessages(
            new MessageQuery(ref, false, ROLES, null, after, PAGE_MAX, BYTES_MAX),
            Cancellation.NONE))
        .map(MessagePage::messages)
        .orElse(List.of());
  }

  /** The sequence of the newest message that is not deleted; 0 if there is none. */
  long newestSequence(SessionId id) {
    SessionRef ref = new SessionRef.ById(id.agentId(), id.sessionId(), null);
    return get(store.listMessages(
            new MessageQuery(ref, true, ROLES, null, 0, 1, BYTES_MAX), Cancellation.NONE))
        .map(MessagePage::messages)
        .filter(messages -> !messages.isEmpty())
        .map(messages -> messages.get(0).sequence())
        .orElse(0L);
  }

  List<Agent> agents(@Nullable UUID after) {
    return get(store.listAgents(new AgentQuery(null, after, PAGE_MAX), Cancellation.NONE));
  }

  /** Active sessions of an agent, the most recently updated first. */
  List<Session> sessions(UUID agentId, @Nullable Cursor after) {
    return get(
        store.listSessions(
            new SessionQuery(
                SessionFilter.ofAgent(agentId),
                SessionOrder.UPDATE_TIME_DESC,
                after,
                PAGE_MAX,
                BYTES_MAX),
            Cancellation.NONE));
  }

  private static <T> T get(CompletableFuture<T> read) {
    try {
      return read.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new SessionException(ErrorReason.UNAVAILABLE, "The store does not answer.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SessionException(ErrorReason.UNAVAILABLE, "The server is stopping.");
    }
  }
}
