package dev.parley.core.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.model.webhook.WebhookProgress;
import dev.parley.model.webhook.WebhookSecrets;
import dev.parley.storage.webhook.WebhookStore;
import dev.parley.testing.Waiting;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ProgressWriterTest {
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

  /** The writes, each with the future that completes it. */
  private final List<Write> writes = new CopyOnWriteArrayList<>();

  private final Webhook webhook =
      new Webhook(
          UUID.randomUUID(),
          "acme",
          new Webhook.Profile(
              "https://example.com", null, Set.of(WebhookEventType.MESSAGE_CREATED), null),
          WebhookSecrets.of("whsec_c2VjcmV0"),
          null,
          Instant.EPOCH,
          WebhookProgress.startingAt(new DeliveryPosition(1, 0)).heldBy(UUID.randomUUID()));

  private record Write(Webhook stored, CompletableFuture<Webhook> done) {}

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  /** A store whose writes wait until the test completes them. */
  @SuppressWarnings("unchecked")
  private WebhookStore store() {
    return (WebhookStore)
        Proxy.newProxyInstance(
            WebhookStore.class.getClassLoader(),
            new Class<?>[] {WebhookStore.class},
            (proxy, method, arguments) -> {
              Webhook stored = ((UnaryOperator<Webhook>) arguments[1]).apply(webhook);
              Write write = new Write(stored, new CompletableFuture<>());
              writes.add(write);
              return write.done();
            });
  }

  private ProgressWriter writer() {
    WorkerContext context =
        new WorkerContext(
            store(), null, null, null, null, outcome -> {}, executor, Clock.systemUTC());
    return new ProgressWriter(context, webhook, () -> {});
  }

  private void moveTo(ProgressWriter writer, long number) throws Exception {
    executor.submit(() -> writer.moveTo(new DeliveryPosition(number, 0))).get();
  }

  private void complete(int index) {
    Write write = writes.get(index);
    write.done().complete(write.stored());
  }

  @Test
  void writeThatTakesLong_doesNotEndTheStoringOfProgress() throws Exception {
    ProgressWriter writer = writer();
    moveTo(writer, 2);
    Waiting.until(() -> writes.size() == 1, () -> "the first write");
    moveTo(writer, 3);
    // Until after the time at which the second write was due.
    CompletableFuture<Void> later = new CompletableFuture<>();
    executor.schedule(() -> later.complete(null), 1_200, TimeUnit.MILLISECONDS);
    later.join();
    assertThat(writes).hasSize(1);

    complete(0);

    Waiting.until(() -> writes.size() == 2, () -> "the second write");
    complete(1);
    moveTo(writer, 4);
    Waiting.until(() -> writes.size() == 3, () -> "the third write");
    assertThat(writes.get(2).stored().progress().position()).isEqualTo(new DeliveryPosition(4, 0));
  }

  @Test
  void positionBeforeThePresentOne_isIgnored() throws Exception {
    ProgressWriter writer = writer();
    moveTo(writer, 5);
    executor.submit(() -> writer.skipTo(new DeliveryPosition(4, 0))).get();

    Waiting.until(() -> writes.size() == 1, () -> "a write");

    assertThat(writes.get(0).stored().progress().position()).isEqualTo(new DeliveryPosition(5, 0));
  }
}
