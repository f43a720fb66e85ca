package dev.parley.core.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.limit.ConcurrencyLimit;
import dev.parley.core.watch.WatchEvent;
import dev.parley.core.watch.Watches;
import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.storage.Store;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.live.NotifyingStore;
import dev.parley.storage.live.SessionNotices;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import dev.parley.testing.memory.InMemoryStore;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting events that are dropped during a long pause, and read again after it. */
class DroppedEventsTest {
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** Each pause drops waiting events. */
  private static final RetryRules RULES = new RetryRules(PAUSE, PAUSE, Duration.ofHours(1), PAUSE);

  private static final WebhookSender.Answer OK = new WebhookSender.Answer(204, null, null);
  private static final WebhookSender.Answer FAILED = new WebhookSender.Answer(503, null, null);

  private final ScheduledExecutorService live = Executors.newSingleThreadScheduledExecutor();
  private final SessionNotices notices = new SessionNotices(live);
  private final FaultyStore faulty = new FaultyStore();
  private final Store store =
      faulty.around(new NotifyingStore(new InMemoryStore(), List.of(notices)));
  private final Watches watches =
      new Watches(store, notices, new ConcurrencyLimit("watches", 10, 10), live);
  private final Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();

  private final CompletableFuture<WebhookSender.Answer> firstAnswer = new CompletableFuture<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final WebhookDispatcher dispatcher =
      new WebhookDispatcher(
          store, watches, this::send, new SessionIds(), RULES, outcome -> {}, Clock.systemUTC());

  @AfterEach
  void stop() {
    dispatcher.close();
    watches.close();
    live.shutdownNow();
    store.close();
  }

  /** The read began after the dropped event, so its end is not where to go on. */
  @Test
  void drop_duringARead_readsTheDroppedEventAgain() {
    var unused = StoredWebhooks.create(store, WebhookEventType.MESSAGE_CREATED);
    dispatcher.start();
    Session first = store.createSession(Sessions.of(agent.agentId())).join();
    Session second = store.createSession(Sessions.of(agent.agentId())).join();
    append(first);
    Waiting.until(() -> requests.size() == 1, () -> "the first request");
    CompletableFuture<ChangePosition> read = new CompletableFuture<>();
    faulty.answerOnce("lastChange", read);
    append(second);
    Waiting.until(() -> faulty.asked("lastChange") == 1, () -> "a read");

    firstAnswer.complete(FAILED);
    read.complete(store.lastChange().join());

    Waiting.until(() -> requests.size() >= 3, () -> "both events, not " + requests);
    assertThat(requests.subList(1, 3))
        .containsExactlyInAnyOrder(first.sessionId().toString(), second.sessionId().toString());
  }

  private CompletableFuture<WebhookSender.Answer> send(
      URI url, Map<String, String> headers, byte[] body) {
    requests.add(new String(body, UTF_8));
    return requests.size() == 1 ? firstAnswer : CompletableFuture.completedFuture(OK);
  }

  /** Bodies with the id of the session. */
  private static final class SessionIds implements WebhookPayloads {
    @Override
    public byte[] of(UUID webhookId, WatchEvent event, Instant now) {
      return WebhookEvents.session(event).sessionId().toString().getBytes(UTF_8);
    }

    @Override
    public byte[] test(UUID webhookId, Instant now) {
      return new byte[0];
    }
  }

  private void append(Session session) {
    var unused = store.append(Sessions.append(session, Instant.now())).join();
  }
}
