package dev.parley.app.server.webhook;

import com.linecorp.armeria.client.ClientFactoryBuilder;
import dev.parley.config.AddressBlock;
import dev.parley.config.WebhookSettings;
import dev.parley.core.watch.Watches;
import dev.parley.core.webhook.RetryRules;
import dev.parley.core.webhook.WebhookDispatcher;
import dev.parley.core.webhook.WebhookMetrics;
import dev.parley.core.webhook.WebhookPayloads;
import dev.parley.core.webhook.WebhookSender;
import dev.parley.core.webhook.url.PublicAddresses;
import dev.parley.core.webhook.url.TargetRules;
import dev.parley.storage.Store;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Creates and ends everything that sends events to receivers of webhooks. */
public final class WebhookParts implements AutoCloseable {
  private final TargetRules targets;
  private final WebhookClient client;
  private final WebhookDispatcher dispatcher;

  /** Creates the parts. Nothing is sent before the start. */
  public WebhookParts(
      Store store,
      Watches watches,
      WebhookPayloads payloads,
      WebhookSettings settings,
      String version,
      Clock clock,
      MeterRegistry metrics) {
    targets = new TargetRules(settings.hosts(), addresses(settings.privateAddresses()));
    client = new WebhookClient(targets, "Parley/" + version, builder -> trust(builder, settings));
    if (settings.ca().isPresent()) {
      client.open();
    }
    dispatcher =
        new WebhookDispatcher(
            store, watches, client, payloads, RetryRules.DEFAULT, counters(metrics), clock);
    Gauge.builder("parley.webhooks", dispatcher, WebhookDispatcher::active)
        .description("Webhooks that this server delivers.")
        .strongReference(true)
        .register(metrics);
    Gauge.builder("parley.webhook.lag", dispatcher, each -> each.lag().toMillis() / 1e3)
        .baseUnit("seconds")
        .description("The age of the oldest event that this server has to deliver.")
        .register(metrics);
  }

  private static Predicate<InetAddress> addresses(List<AddressBlock> allowed) {
    return new PublicAddresses(
        address -> allowed.stream().anyMatch(block -> block.contains(address)));
  }

  private static void trust(ClientFactoryBuilder builder, WebhookSettings settings) {
    settings.ca().ifPresent(file -> trust(builder, file));
  }

  private static void trust(ClientFactoryBuilder builder, Path file) {
    builder.tlsCustomizer(tls -> tls.trustManager(file.toFile()));
  }

  private static WebhookMetrics counters(MeterRegistry metrics) {
    Map<WebhookMetrics.Outcome, Counter> counters = new EnumMap<>(WebhookMetrics.Outcome.class);
    for (WebhookMetrics.Outcome outcome : WebhookMetrics.Outcome.values()) {
      counters.put(
          outcome,
          Counter.builder("parley.webhook.requests")
              .description("Requests to receivers of webhooks.")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(metrics));
    }
    return outcome -> Objects.requireNonNull(counters.get(outcome)).increment();
  }

  /** The receivers that webhooks may have. */
  public TargetRules targets() {
    return targets;
  }

  /** Sends single requests. */
  public WebhookSender sender() {
    return client;
  }

  /** Takes note of new and changed webhooks. */
  public void refresh() {
    dispatcher.refresh();
  }

  /** Starts to deliver. */
  public void start() {
    dispatcher.start();
  }

  /** Stops, so that other servers continue. Blocks for a few seconds at most. */
  @Override
  public void close() {
    dispatcher.close();
    client.close();
  }
}
