package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import dev.parley.testing.WebhookReceiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one database deliver each event once, and one continues when the other stops. */
@Timeout(180)
class WebhooksAcrossServersTest {
  private final String database = PostgresServer.shared().newDatabase();
  @TempDir private Path folder;

  private ServerFixture start(TestPki pki) {
    return ServerFixture.over(this::open)
        .clock(Clock.systemUTC())
        .flag(Setting.WEBHOOK_CA, pki.authority().toString())
        .flag(Setting.WEBHOOK_PRIVATE_ADDRESSES, "127.0.0.1,::1")
        .start();
  }

  private Store open() {
    return PostgresStores.open(
        database, PostgresSettings.DEFAULTS, new SimpleMeterRegistry(), StoreObserver.NONE);
  }

  private static void append(ServerFixture server, UUID agentId, int count) {
    for (int i = 0; i < count; i++) {
      HttpResponse<String> answer =
          server.send(
              "POST",
              "/v1/agents/" + agentId + "/messages:append",
              server.rootKey(),
              "{\"key\":\"k\",\"createIfMissing\":true,"
                  + "\"messages\":[{\"role\":\"USER\",\"content\":\"x\"}]}");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  private static List<Long> sequences(WebhookReceiver receiver) {
    return receiver.requests().stream()
        .map(each -> JsonBodies.tree(each.body()).at("/data/message/sequence").asLong())
        .toList();
  }

  @Test
  void events_areDeliveredByOneServer_andByTheOtherOnceThatStops() throws Exception {
    TestPki pki = new TestPki(folder);
    try (WebhookReceiver receiver = new WebhookReceiver(pki.issue("receiver"), 0)) {
      ServerFixture one = start(pki);
      try (ServerFixture two = start(pki)) {
        UUID agentId = one.agent("acme");
        HttpResponse<String> created =
            one.send(
                "POST",
                "/v1/webhooks",
                one.rootKey(),
                "{\"url\":\"%s\",\"owner\":\"acme\"}".formatted(receiver.url("/")));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
        append(two, agentId, 10);
        append(one, agentId, 10);
        Waiting.until(() -> receiver.requests().size() >= 20, () -> "the first events");

        one.close();
        append(two, agentId, 10);
        Waiting.until(() -> receiver.requests().size() >= 30, () -> "the events after the stop");

        assertThat(sequences(receiver)).isEqualTo(LongStream.rangeClosed(1, 30).boxed().toList());
      } finally {
        one.close();
      }
    }
  }
}
