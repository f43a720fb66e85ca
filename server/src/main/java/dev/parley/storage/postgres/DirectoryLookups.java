package dev.parley.storage.postgres;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Sha256;
import dev.parley.storage.commit.BatchingLoader;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.ApiKeyTable;
import dev.parley.storage.postgres.transaction.Transactions;
import java.util.UUID;

/** Lookups of agents and API keys in batches, because every call needs one of each. */
record DirectoryLookups(BatchingLoader<UUID, Agent> agents, BatchingLoader<Sha256, ApiKey> keys)
    implements AutoCloseable {
  /** The connections for reads that the lookups may use. */
  static final int CONNECTIONS = 2;

  DirectoryLookups(Transactions transactions, int waitingMax, StoreObserver observer) {
    this(
        new BatchingLoader<>(
            "parley-agents",
            waitingMax,
            ids -> transactions.read(connection -> AgentTable.find(connection, ids)),
            observer),
        new BatchingLoader<>(
            "parley-keys",
            waitingMax,
            hashes -> transactions.read(connection -> ApiKeyTable.find(connection, hashes)),
            observer));
  }

  @Override
  public void close() {
    agents.close();
    keys.close();
  }
}
