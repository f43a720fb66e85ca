package dev.parley.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionDetailsTest {
  private static final int APPENDS = 50;

  /** Of the log, for one append of a short message. */
  private static final long APPEND_BYTES_MAX = 2_048;

  @TempDir Path folder;

  @Test
  void append_writesNeitherOriginNorMetadata() throws IOException {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      Agent agent = store.createAgent(Agents.of("o"), AuditContexts.any()).join();
      Session.Profile profile =
          Session.Profile.EMPTY
              .withOrigin(Sessions.metadata(64 * 1024))
              .withMetadata(Sessions.metadata(64 * 1024));
      Session session = store.createSession(Sessions.of(agent.agentId(), profile)).join();
      long before = logBytes();

      for (int i = 0; i < APPENDS; i++) {
        session = store.append(Sessions.append(session, session.updateTime())).join().session();
      }

      assertThat(session.profile()).isEqualTo(profile);
      assertThat(logBytes() - before).isBetween(1L, APPENDS * APPEND_BYTES_MAX);
    }
  }

  private long logBytes() throws IOException {
    long bytes = 0;
    for (Path log : DamagedFolders.logs(folder)) {
      bytes += Files.size(log);
    }
    return bytes;
  }
}
