package dev.parley.core.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.limit.ConcurrencyLimit;
import dev.parley.core.watch.WatchEvent;
import dev.parley.core.watch.Watches;
import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.storage.live.NotifyingStore;
import dev.parley.storage.live.SessionNotices;
import dev.parley.storage.webhook.DeliveryQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
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
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deliveries to a receiver in the same process, with short pauses. */
@Timeout(120)
class WebhookDispatcherTest {
  private static final RetryRules FAST =
      new RetryRules(
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofMinutes(1),
          Duration.ofSeconds(10));
  private static final WebhookSender.Answer OK = new WebhookSender.Answer(204, null, null);

  private final ScheduledExecutorService live = Executors.newScheduledThreadPool(1);
  private final SessionNotices notices = new SessionNotices(live);
  private final Store store = new NotifyingStore(new InMemoryStore(), List.of(notices));
  private final Watches watches =
      new Watches(store, notices, new ConcurrencyLimit("watches", 10, 10), live);

  /** The bodies that were accepted, in the order of arrival. */
  private final List<String> accepted = Collections.synchronizedList(new ArrayList<>());

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile Function<String, WebhookSender.Answer> receiver = body -> OK;
  private RetryRules rules = FAST;
  private Agent agent;
  private WebhookDispatcher dispatcher;

  @BeforeEach
  void createAgent() {
    agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
  }

  @AfterEach
  void stop() {
    if (dispatcher != null) {
      dispatcher.close();
    }
    watches.close();
    live.shutdownNow();
    store.close();
  }

  private void start() {
    dispatcher =
        new WebhookDispatcher(
            store,
            watches,
            this::send,
            new TextPayloads(),
            rules,
            outcome -> {},
            Clock.systemUTC());
    dispatcher.start();
  }

  private CompletableFuture<WebhookSender.Answer> send(
      URI url, Map<String, String> headers, byte[] body) {
    String text = new String(body, UTF_8);
    requests.add(text);
    WebhookSender.Answer answer = receiver.apply(text);
    if (answer.accepted()) {
      accepted.add(text);
    }
    return CompletableFuture.completedFuture(answer);
  }

  /** Bodies such as "k1/3": the key of a session and the sequence of a message. */
  private final class TextPayloads implements WebhookPayloads {
    @Override
    public byte[] of(UUID webhookId, WatchEvent event, Instant now) {
      UUID sessionId = WebhookEvents.session(event).sessionId();
      String subject =
          event instanceof WatchEvent.Appended appended
              ? Long.toString(appended.message().sequence())
              : WebhookEvents.type(event).text();
      return (sessionId + "/" + subject).getBytes(UTF_8);
    }

    @Override
    public byte[] test(UUID webhookId, Instant now) {
      return TEST.getBytes(UTF_8);
    }
  }

  private Webhook create(WebhookEventType... events) {
    return StoredWebhooks.create(store, events);
  }

  private Webhook stored(Webhook webhook) {
    return store.webhooks().findWebhook(webhook.webhookId()).join().orElseThrow();
  }

  private Session session() {
    return store.createSession(Sessions.of(agent.agentId())).join();
  }

  private void append(Session session, int count) {
    for (int i = 0; i < count; i++) {
      store.append(Sessions.append(session, Instant.now())).join();
    }
  }

  private static List<String> messages(Session session, int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> session.sessionId() + "/" + i).toList();
  }

  private List<String> acceptedOf(Session session) {
    synchronized (accepted) {
      return accepted.stream().filter(each -> each.startsWith(session.sessionId() + "/")).toList();
    }
  }

  private void awaitAccepted(int count) {
    Waiting.until(() -> accepted.size() >= count, () -> count + " deliveries, not " + accepted);
  }

  private List<FailedDelivery> failed(Webhook webhook) {
    return store.webhooks().listDeliveries(new DeliveryQuery(webhook.webhookId(), null, 10)).join();
  }

  @Test
  void messages_areDeliveredInTheOrderOfTheirSession() {
    create(WebhookEventType.MESSAGE_CREATED);
    start();
    List<Session> sessions = List.of(session(), session(), session());
    for (int i = 0; i < 20; i++) {
      sessions.forEach(each -> append(each, 1));
    }

    awaitAccepted(60);

    assertThat(sessions)
        .allSatisfy(each -> assertThat(acceptedOf(each)).isEqualTo(messages(each, 1, 20)));
    assertThat(requests).hasSize(60);
  }

  @Test
  void onlyTypesOfTheWebhook_areDelivered() {
    create(WebhookEventType.SESSION_DELETED);
    start();
    Session session = session();
    append(session, 3);
    store.deleteSession(Sessions.ref(session), each -> {}, AuditContexts.any()).join();

    awaitAccepted(1);

    assertThat(accepted).containsExactly(session.sessionId() + "/session.deleted");
  }

  @Test
  void eventsOfAnotherOwner_areNotDelivered() {
    create(WebhookEventType.MESSAGE_CREATED);
    start();
    Agent other = store.createAgent(Agents.of("other"), AuditContexts.any()).join();
    append(store.createSession(Sessions.of(other.agentId())).join(), 1);
    Session own = session();
    append(own, 1);

    awaitAccepted(1);

    assertThat(accepted).isEqualTo(messages(own, 1, 1));
  }

  @Test
  void receiverThatIsDown_getsEverythingLater_inOrder() {
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    receiver = body -> WebhookSender.Answer.none("The connection was refused.");
    start();
    Session session = session();
    append(session, 5);
    Waiting.until(() -> requests.size() > 10, () -> "retries");
    Waiting.until(
        () -> stored(webhook).progress().failingSince() != null, () -> "a failure that is shown");
    assertThat(stored(webhook).progress().lastError()).isEqualTo("The connection was refused.");

    receiver = body -> OK;

    awaitAccepted(5);
    assertThat(accepted).isEqualTo(messages(session, 1, 5));
    assertThat(failed(webhook)).isEmpty();
    Waiting.until(
        () -> stored(webhook).progress().failingSince() == null, () -> "a success that is shown");
  }

  @Test
  void rejectedEvent_isAFailedDeliveryAfterFiveAttempts_andTheNextFollow() {
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    receiver = body -> body.endsWith("/2") ? new WebhookSender.Answer(422, null, null) : OK;
    start();
    Session session = session();
    append(session, 3);

    awaitAccepted(2);

    assertThat(accepted).containsExactly(session.sessionId() + "/1", session.sessionId() + "/3");
    assertThat(requests).filteredOn(each -> each.endsWith("/2")).hasSize(5);
    assertThat(failed(webhook))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.sequence()).isEqualTo(2);
              assertThat(each.attempts()).isEqualTo(5);
              assertThat(each.error()).isEqualTo("HTTP status 422");
            });
  }

  @Test
  void eventThatTheReceiverFailsOn_holdsUpOnlyItsSession_andIsGivenUpWhenOthersAreAccepted() {
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    Session bad = session();
    receiver =
        body ->
            body.equals(bad.sessionId() + "/1") ? new WebhookSender.Answer(500, null, null) : OK;
    start();
    append(bad, 2);
    Session good = session();
    append(good, 3);

    awaitAccepted(4);

    assertThat(acceptedOf(good)).isEqualTo(messages(good, 1, 3));
    assertThat(acceptedOf(bad)).containsExactly(bad.sessionId() + "/2");
    assertThat(failed(webhook)).singleElement().extracting(FailedDelivery::sequence).isEqualTo(1L);
  }

  @Test
  void status410_turnsTheWebhookOff_andTurningItOnContinues() {
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    receiver = body -> new WebhookSender.Answer(410, null, null);
    start();
    Session session = session();
    append(session, 2);
    Waiting.until(() -> stored(webhook).disabled() != null, () -> "a webhook that is off");
    assertThat(stored(webhook).disabled()).isEqualTo(Webhook.Disabled.GONE);
    assertThat(requests).hasSize(1);

    receiver = body -> OK;
    store
        .webhooks()
        .updateWebhook(webhook.webhookId(), each -> each.withDisabled(null), null)
        .join();
    dispatcher.refresh();

    awaitAccepted(2);
    assertThat(accepted).isEqualTo(messages(session, 1, 2));
  }

  @Test
  void receiverThatAcceptsNothingForTooLong_turnsTheWebhookOff() {
    // Each pause drops waiting events, as long pauses do. They still count as waiting.
    Duration pause = Duration.ofMillis(1);
    rules = new RetryRules(pause, pause, Duration.ofMillis(50), pause);
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    receiver = body -> new WebhookSender.Answer(503, null, null);
    start();
    append(session(), 1);

    Waiting.until(() -> stored(webhook).disabled() != null, () -> "a webhook that is off");

    assertThat(stored(webhook).disabled()).isEqualTo(Webhook.Disabled.FAILING);
    assertThat(stored(webhook).progress().lastError()).isEqualTo("HTTP status 503");
    assertThat(failed(webhook)).isEmpty();
  }

  @Test
  void deletedAgent_turnsItsWebhookOff() {
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    store
        .webhooks()
        .updateWebhook(
            webhook.webhookId(),
            each ->
                each.withProfile(
                    new Webhook.Profile(
                        each.profile().url(), agent.agentId(), each.profile().events(), null)),
            null)
        .join();
    start();
    append(session(), 1);
    awaitAccepted(1);

    store.deleteAgent(agent.agentId(), AuditContexts.any()).join();

    Waiting.until(() -> stored(webhook).disabled() != null, () -> "a webhook that is off");
    assertThat(stored(webhook).disabled()).isEqualTo(Webhook.Disabled.AGENT_DELETED);
  }

  @Test
  void restart_continuesWhereTheLastServerStopped() {
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    start();
    Session session = session();
    append(session, 3);
    awaitAccepted(3);
    dispatcher.close();
    assertThat(stored(webhook).progress().holder()).isNull();
    append(session, 2);

    start();

    awaitAccepted(5);
    assertThat(accepted).isEqualTo(messages(session, 1, 5));
  }

  @Test
  void largeAppend_isDeliveredCompletely() {
    create(WebhookEventType.MESSAGE_CREATED, WebhookEventType.SESSION_CHANGED);
    start();
    Session session = session();
    store
        .append(
            new Append(
                Sessions.ref(session),
                null,
                OptionalLong.empty(),
                Sessions.drafts(300),
                Instant.now()))
        .join();

    Waiting.until(() -> acceptedOf(session).size() >= 301, () -> "all messages");

    assertThat(acceptedOf(session).stream().filter(each -> !each.endsWith("changed")))
        .isEqualTo(messages(session, 1, 300));
  }

  @Test
  void eventThatTheReceiverFailsOn_alone_isGivenUpOnceAnotherIsAccepted() {
    Webhook webhook = create(WebhookEventType.MESSAGE_CREATED);
    Session bad = session();
    append(bad, 1);
    receiver =
        body ->
            body.equals(bad.sessionId() + "/1") ? new WebhookSender.Answer(500, null, null) : OK;
    start();
    Waiting.until(() -> requests.size() >= 6, () -> "retries");
    Session good = session();
    append(good, 1);

    awaitAccepted(1);
    Waiting.until(() -> !failed(webhook).isEmpty(), () -> "an event that is given up");

    assertThat(accepted).isEqualTo(messages(good, 1, 1));
  }

  @Test
  void rejectedEvents_holdUpNoLaterPage_whateverTheReceiverAsksFor() {
    Duration pause = Duration.ofMinutes(1);
    rules = new RetryRules(pause, pause, Duration.ofMinutes(9), Duration.ofSeconds(10));
    create(WebhookEventType.MESSAGE_CREATED);
    Session bad = session();
    receiver =
        body ->
            body.startsWith(bad.sessionId().toString())
                ? new WebhookSender.Answer(422, null, Duration.ofHours(1))
                : OK;
    start();
    append(bad, 1);
    Waiting.until(() -> requests.size() == 1, () -> "the rejected request");
    Session good = session();
    append(good, 2);

    awaitAccepted(2);

    assertThat(accepted).isEqualTo(messages(good, 1, 2));
  }

  @Test
  void pauses_doubleUpToTheMaximum_andTheReceiverCanAskForMore() {
    RetryRules rules = RetryRules.DEFAULT;

    assertThat(rules.pause(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(rules.pause(4)).isEqualTo(Duration.ofSeconds(8));
    assertThat(rules.pause(9)).isEqualTo(Duration.ofSeconds(256));
    assertThat(rules.pause(10)).isEqualTo(Duration.ofMinutes(5));
    assertThat(rules.pause(1_000)).isEqualTo(Duration.ofMinutes(5));
    assertThat(rules.pause(1, new WebhookSender.Answer(429, null, Duration.ofSeconds(90))))
        .isEqualTo(Duration.ofSeconds(90));
    assertThat(rules.pause(1, new WebhookSender.Answer(429, null, Duration.ofDays(1))))
        .isEqualTo(Duration.ofHours(1));
  }
}
