package dev.parley.bench;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Fills a store with the data of the workloads through the interface of stores. */
final class Preparation {
  /** The number of sessions of the large agent. */
  static final int LARGE = 100_000;

  /** The number of messages of the long history. */
  static final int LONG = 10_000;

  /** The factor by which the small agent and the short history are smaller. */
  static final int TIMES = 10;

  private static final int WRITTEN = 10_000;
  private static final int WRITES_AT_ONCE = 1_000;
  private static final int DRAFTS_MAX = 1_000;

  private final Store store;
  private final ChatText text = new ChatText(1);

  private Preparation(Store store) {
    this.store = store;
  }

  /** Creates a store in {@code folder}, fills it and closes it. */
  static Data fill(Path folder) {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      return new Preparation(store).fill();
    }
  }

  private Data fill() {
    UUID large = agent();
    UUID small = agent();
    UUID histories = agent();
    List<Session> pair = sessions(histories, 2);
    append(pair.get(0), LONG);
    append(pair.get(1), LONG / TIMES);
    List<Session> largeSessions = sessions(large, LARGE);
    var unused = sessions(small, LARGE / TIMES);
    List<Session> written = sessions(agent(), WRITTEN);
    return new Data(large, largeSessions, small, written, pair.get(0), pair.get(1));
  }

  private UUID agent() {
    return store
        .createAgent(Agents.of(UUID.randomUUID(), "bench"), AuditContexts.any())
        .join()
        .agentId();
  }

  private List<Session> sessions(UUID agentId, int count) {
    List<Session> all = new ArrayList<>(count);
    for (int from = 0; from < count; from += WRITES_AT_ONCE) {
      List<CompletableFuture<Session>> made = new ArrayList<>();
      for (int i = from; i < Math.min(from + WRITES_AT_ONCE, count); i++) {
        made.add(
            store.createSession(
                Session.create(
                    agentId,
                    UUID.randomUUID(),
                    "session-" + i,
                    Session.Profile.EMPTY.withLabel("Conversation " + i),
                    Instant.now())));
      }
      made.forEach(session -> all.add(session.join()));
    }
    return all;
  }

  private void append(Session session, int count) {
    for (int from = 0; from < count; from += DRAFTS_MAX) {
      List<Message.Draft> drafts = new ArrayList<>();
      for (int i = from; i < Math.min(from + DRAFTS_MAX, count); i++) {
        Role role = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
        drafts.add(
            new Message.Draft(
                UUID.randomUUID().toString(),
                role,
                Content.text(text.next()),
                null,
                Json.EMPTY_OBJECT));
      }
      var unused =
          store
              .append(
                  new Append(
                      new SessionRef.ById(session.agentId(), session.sessionId(), null),
                      null,
                      OptionalLong.empty(),
                      drafts,
                      Instant.now()))
              .join();
    }
  }
}
