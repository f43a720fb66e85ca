package dev.parley.testing;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Content;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Fills stores with data of every kind. */
public final class SampleData {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00.000001Z");
  private static final int APPEND = 500;

  private SampleData() {}

  /** Agents, keys in every state, sessions in every state, messages, runs and contexts. */
  public static void fill(Store store, int agents, int sessions, int messages) {
    for (int i = 0; i < agents; i++) {
      Agent agent = store.createAgent(Agents.of("owner-" + i % 2), AuditContexts.any()).join();
      keys(store, agent);
      for (int j = 0; j < sessions; j++) {
        session(store, agent, j, j % 7 == 3 ? 0 : messages);
      }
    }
  }

  private static void keys(Store store, Agent agent) {
    var master =
        store.replaceMasterKey(Agents.masterKey(agent.owner()), AuditContexts.any()).join();
    ApiKey revoked = store.createApiKey(Agents.agentKey(agent), AuditContexts.any()).join();
    var gone = store.revokeApiKey(revoked.keyId(), NOW, AuditContexts.any()).join();
    var expired = store.createApiKey(Agents.agentKey(agent, NOW), AuditContexts.any()).join();
    var live = store.createApiKey(Agents.agentKey(agent), AuditContexts.any()).join();
  }

  private static void session(Store store, Agent agent, int number, int messages) {
    Session.Profile profile =
        new Session.Profile(
            number % 2 == 0 ? "label " + number : null,
            number % 3 == 0 ? null : "user-" + number % 5,
            number % 4 == 0 ? null : "client-" + number % 2,
            "1.0",
            "direct",
            null,
            number % 5 == 0 ? Sessions.json("{\"from\": 1.0}") : null,
            number % 5 == 2 ? Sessions.metadata(2_000) : Json.EMPTY_OBJECT,
            new TreeMap<>(number % 3 == 1 ? Map.of("team", "t" + number % 2, "n", "") : Map.of()),
            number % 7 == 1 ? new Expiry(null, Duration.ofDays(number), false) : Expiry.UNSET);
    Session session = store.createSession(Sessions.of(agent.agentId(), profile)).join();
    append(store, session, messages);
    if (number % 9 == 4) {
      deleteEveryThird(store, session);
    }
    if (number % 9 == 8) {
      var cleared = store.clearSession(Sessions.ref(session), s -> {}, AuditContexts.any()).join();
      append(store, session, messages / 2);
    }
    if (number % 6 == 1) {
      runs(store, session);
    }
    if (number % 4 == 2) {
      var archived =
          store
              .updateSession(
                  Sessions.ref(session), s -> s.withArchiveTime(NOW), AuditContexts.any())
              .join();
    }
  }

  /** Appends messages to a session. */
  public static void append(Store store, Session session, int messages) {
    List<CompletableFuture<?>> appends = new ArrayList<>();
    for (int from = 0; from < messages; from += APPEND) {
      List<Message.Draft> drafts =
          IntStream.range(from, Math.min(from + APPEND, messages))
              .mapToObj(SampleData::draft)
              .toList();
      appends.add(
          store.append(new Append(Sessions.ref(session), null, OptionalLong.empty(), drafts, NOW)));
    }
    appends.forEach(CompletableFuture::join);
  }

  private static void deleteEveryThird(Store store, Session session) {
    SessionRef.ById ref = Sessions.ref(session);
    MessageQuery all =
        new MessageQuery(
            ref, false, EnumSet.allOf(Role.class), null, 0, Integer.MAX_VALUE, Long.MAX_VALUE);
    for (Message message :
        store.listMessages(all, Cancellation.NONE).join().orElseThrow().messages()) {
      if (message.sequence() % 3 == 1) {
        var deleted =
            store.deleteMessage(ref, message.draft().messageId(), AuditContexts.any()).join();
      }
    }
  }

  private static Message.Draft draft(int number) {
    Content content =
        number % 3 == 0
            ? Content.blocks(Sessions.json("[{\"type\": \"text\", \"n\": 1.0" + number + "}]"))
            : Content.text("Some words that somebody said, number " + number + " \uD83E\uDD9C");
    return new Message.Draft(
        "m-" + UUID.randomUUID(),
        Role.values()[number % 5],
        content,
        number % 5 == 0 ? "run-1" : null,
        number % 7 == 1 ? Sessions.json("{\"k\" : [1]}") : Json.EMPTY_OBJECT);
  }

  private static void runs(Store store, Session session) {
    SessionRef.ById ref = Sessions.ref(session);
    for (int i = 1; i <= 3; i++) {
      String runId = "run-" + i;
      Run.Report report =
          new Run.Report("model", null, Sessions.json("{\"t\":1}"), null, Json.EMPTY_OBJECT);
      var run =
          store
              .createRun(
                  ref,
                  Run.create(
                      session.agentId(),
                      session.sessionId(),
                      runId,
                      Run.State.values()[i],
                      report,
                      NOW))
              .join();
      if (i == 2) {
        var put =
            store
                .putContext(
                    new Run.Ref(ref, runId),
                    List.of(Sessions.json("{\"a\": 1}"), Sessions.json("{}")))
                .join();
      }
    }
  }
}
