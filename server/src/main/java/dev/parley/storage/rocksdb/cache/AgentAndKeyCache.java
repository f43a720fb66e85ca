package dev.parley.storage.rocksdb.cache;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Session;
import dev.parley.model.Sha256;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All agents and API keys, in memory. They are few, and every call needs one of each. The write
 * thread updates the cache after each commit that changes them.
 */
public final class AgentAndKeyCache {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final OwnerIndexedMap<Agent> agents = new OwnerIndexedMap<>();
  private final OwnerIndexedMap<ApiKey> keys = new OwnerIndexedMap<>();
  private final Map<Sha256, ApiKey> keysBySecret = new HashMap<>();

  /** Loads the cache from disk. */
  public static AgentAndKeyCache load(Database database) {
    AgentAndKeyCache cache = new AgentAndKeyCache();
    try (DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.DIRECTORY, new byte[0])) {
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        byte[] key = scan.key();
        UUID id = Keys.directoryIdOf(key);
        switch (key[0]) {
          case Keys.AGENT -> cache.put(Records.toAgent(id, scan.value()));
          case Keys.API_KEY -> cache.put(List.of(Records.toApiKey(id, scan.value())));
          default -> throw new IllegalStateException("Unknown entry in the directory: " + key[0]);
        }
      }
    }
    return cache;
  }

  public @Nullable Agent agent(UUID agentId) {
    return locked(() -> agents.get(agentId));
  }

  /** The owner of an existing session's agent. */
  public String ownerOf(Session session) {
    return Objects.requireNonNull(agent(session.agentId()), "The session has no agent.").owner();
  }

  public @Nullable ApiKey key(UUID keyId) {
    return locked(() -> keys.get(keyId));
  }

  public @Nullable ApiKey key(Sha256 secretHash) {
    return locked(() -> keysBySecret.get(secretHash));
  }

  public List<Agent> list(AgentQuery query) {
    return locked(() -> agents.list(query.owner(), query.after(), query.limit()));
  }

  public List<ApiKey> list(ApiKeyQuery query) {
    return locked(() -> keys.list(query.owner(), query.after(), query.limit()));
  }

  public void put(Agent agent) {
    lock.writeLock().lock();
    try {
      agents.put(agent.agentId(), agent.owner(), agent);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Adds or replaces several keys at once. */
  public void put(Collection<ApiKey> some) {
    lock.writeLock().lock();
    try {
      for (ApiKey key : some) {
        ApiKey before = keys.get(key.keyId());
        if (before != null) {
          keys.remove(key.keyId(), before.owner());
          keysBySecret.remove(before.secretHash());
        }
        keys.put(key.keyId(), key.owner(), key);
        keysBySecret.put(key.secretHash(), key);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Removes an agent and its keys at once. */
  public void remove(Agent agent, Collection<ApiKey> itsKeys) {
    lock.writeLock().lock();
    try {
      agents.remove(agent.agentId(), agent.owner());
      for (ApiKey key : itsKeys) {
        keys.remove(key.keyId(), key.owner());
        keysBySecret.remove(key.secretHash());
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T extends @Nullable Object> T locked(Supplier<T> read) {
    lock.readLock().lock();
    try {
      return read.get();
    } finally {
      lock.readLock().unlock();
    }
  }
}
