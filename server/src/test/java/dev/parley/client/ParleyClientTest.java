package dev.parley.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.config.Setting;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ChatMessage.Role;
import dev.parley.proto.v1.ErrorReason;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesRequest.Order;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.StartRunRequest;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import io.grpc.Status;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ParleyClientTest {
  private final FaultyStore faults = new FaultyStore();
  private ServerFixture server;
  private ControlledChannel channel;
  private ParleyClient client;
  private String agentId;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).wrap(faults::around).start();
    agentId = server.agent("acme").toString();
    channel = new ControlledChannel(server.port(), "");
    client = ParleyClient.builder(channel).apiKey(server.rootKey()).build();
  }

  @AfterEach
  void stop() {
    client.close();
    channel.close();
    server.close();
  }

  @Test
  void watch_resumesAfterTheStreamEnds() {
    client.append(agentId, "k", ParleyClient.message(Role.USER, "one"));
    WatchSessionsRequest request =
        WatchSessionsRequest.newBuilder().setAgentId(agentId).setKey("k").build();
    try (Watch watch = client.watch(request)) {
      assertThat(watch.resumeToken()).isEmpty();
      assertThat(watch.next().getMessage().getContent().getText()).isEqualTo("one");
      assertThat(watch.next().hasCaughtUp()).isTrue();
      assertThat(watch.resumeToken()).startsWith("s1.");

      channel.cut(server.port());
      client.append(agentId, "k", ParleyClient.message(Role.USER, "two"));
      WatchSessionsResponse event = watch.next();
      while (!event.hasMessage()) {
        event = watch.next();
      }
      assertThat(event.getMessage().getContent().getText()).isEqualTo("two");
    }
  }

  @Test
  void watch_closedByAnotherThread_ends() {
    client.append(agentId, "k", ParleyClient.message(Role.USER, "one"));
    Watch watch = client.watch(WatchSessionsRequest.newBuilder().setAgentId(agentId).build());
    assertThat(watch.next().hasCaughtUp()).isTrue();
    CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(watch::hasNext);
    watch.close();
    assertThat(waiting.join()).isFalse();
  }

  @Test
  void watch_rejected_fails() {
    try (Watch watch =
        client.watch(
            WatchSessionsRequest.newBuilder().setAgentId(agentId).setKey("none").build())) {
      ParleyException failure = catchThrowableOfType(ParleyException.class, watch::hasNext);
      assertThat(failure.reason()).isEqualTo(ErrorReason.SESSION_NOT_FOUND);
    }
  }

  private ParleyClient connected() {
    return ParleyClient.builder("127.0.0.1:" + server.port())
        .plaintext()
        .apiKey(server.rootKey())
        .build();
  }

  private static ParleyException failure(Runnable call) {
    return catchThrowableOfType(ParleyException.class, call::run);
  }

  private void append(String key, int messages) {
    client.append(
        agentId,
        key,
        IntStream.rangeClosed(1, messages)
            .mapToObj(i -> ParleyClient.message(Role.USER, "text " + i))
            .toArray(ChatMessage[]::new));
  }

  @Test
  void append_storesAndAnswersInFull() {
    try (ParleyClient own = connected()) {
      AppendMessagesResponse stored =
          own.append(agentId, "a", ParleyClient.message(Role.ASSISTANT, "Hello"));
      ChatMessage message = stored.getMessages(0);

      assertThat(message.getContent().getText()).isEqualTo("Hello");
      assertThat(UUID.fromString(message.getMessageId())).isNotNull();
      assertThat(own.getSessionByKey(agentId, "a")).isEqualTo(stored.getSession());
      assertThat(own.getSession(agentId, stored.getSession().getSessionId()))
          .isEqualTo(stored.getSession());
      assertThat(
              own.getMessage(agentId, stored.getSession().getSessionId(), message.getMessageId()))
          .isEqualTo(message);
    }
  }

  @Test
  void append_responseLost_isRepeatedAndStoredOnce() {
    channel.lose(2);

    append("a", 2);

    assertThat(channel.calls()).isEqualTo(3);
    assertThat(client.getSessionByKey(agentId, "a").getMessageCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "OVERLOADED"})
  void append_rejectedForNow_isRepeated(dev.parley.model.ErrorReason reason) {
    faults.failOnce("append", new SessionException(reason, "Try again."));

    append("a", 1);

    assertThat(channel.calls()).isEqualTo(2);
    assertThat(client.getSessionByKey(agentId, "a").getMessageCount()).isEqualTo(1);
  }

  @Test
  void append_delayOfTheServerExceedsTheDeadline_failsWithoutWaiting() {
    faults.failOnce(
        "append", new SessionException(dev.parley.model.ErrorReason.OVERLOADED, "Try again."));
    try (ParleyClient hasty =
        ParleyClient.builder(channel)
            .apiKey(server.rootKey())
            .timeout(Duration.ofMillis(900))
            .build()) {
      ParleyException failure =
          failure(() -> hasty.append(agentId, "a", ParleyClient.message(Role.USER, "x")));

      assertThat(failure.code())
          .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.DEADLINE_EXCEEDED);
      assertThat(channel.calls()).isEqualTo(1);
    }
  }

  @Test
  void append_staleSequence_failsAtOnceWithMetadata() {
    append("a", 3);
    AppendMessagesRequest stale =
        ParleyClient.appendRequest(agentId, "a", ParleyClient.message(Role.USER, "x")).toBuilder()
            .setExpectedHeadSequence(1)
            .build();

    ParleyException failure = failure(() -> client.append(stale));

    assertThat(failure.reason()).isEqualTo(ErrorReason.STALE_SEQUENCE);
    assertThat(failure.code()).isEqualTo(Status.Code.ABORTED);
    assertThat(failure.metadata()).containsEntry("head_sequence", "3");
    assertThat(failure.retryDelay()).isEmpty();
    assertThat(channel.calls()).isEqualTo(2);
  }

  @Test
  void append_invalid_namesTheFields() {
    ParleyException failure = failure(() -> client.append("no-uuid", "a"));

    assertThat(failure.reason()).isEqualTo(ErrorReason.INVALID_FIELD);
    assertThat(failure.violations())
        .extracting(each -> each.getField())
        .containsExactlyInAnyOrder("agent_id", "messages");
  }

  @Test
  void calls_wrongKey_areUnauthenticated() {
    try (ParleyClient stranger = ParleyClient.builder(channel).apiKey("g_root_0").build()) {
      assertThat(failure(() -> stranger.getSessionByKey(agentId, "a")).reason())
          .isEqualTo(ErrorReason.CREDENTIAL_INVALID);
    }
  }

  @Test
  void read_serverUnavailable_isRepeatedByTheServiceConfig() {
    append("a", 1);
    faults.failOnce(
        "listSessions",
        new SessionException(dev.parley.model.ErrorReason.UNAVAILABLE, "Try again."));
    try (ParleyClient own = connected()) {
      assertThat(own.sessions(agentId, "")).extracting(Session::getKey).containsExactly("a");
    }
  }

  @Test
  void sessions_pageByPage_areComplete() {
    IntStream.range(0, 5).forEach(i -> append("k" + i, 1));
    ListSessionsRequest pagesOfTwo =
        ListSessionsRequest.newBuilder().setAgentId(agentId).setPageSize(2).build();

    assertThat(client.sessions(pagesOfTwo))
        .extracting(Session::getKey)
        .containsExactly("k4", "k3", "k2", "k1", "k0");
    assertThat(client.sessions(agentId, "key = k3"))
        .extracting(Session::getKey)
        .containsExactly("k3");
    assertThat(client.sessions(agentId, "key = none")).isEmpty();
  }

  @Test
  void runs_ofAllSessionsPageByPage_areComplete() {
    for (int i = 0; i < 5; i++) {
      append("k" + i, 1);
      RunServiceGrpc.newBlockingStub(client.channel())
          .startRun(
              StartRunRequest.newBuilder()
                  .setAgentId(agentId)
                  .setSessionId(client.getSessionByKey(agentId, "k" + i).getSessionId())
                  .setRun(Run.newBuilder().setRunId("run " + i))
                  .build());
    }

    assertThat(
            client.runs(
                ListRunsRequest.newBuilder()
                    .setAgentId(agentId)
                    .setSessionId("-")
                    .setPageSize(2)
                    .build()))
        .extracting(Run::getRunId)
        .containsExactly("run 4", "run 3", "run 2", "run 1", "run 0");
  }

  @Test
  void messages_pagesAreRequestedWhenNeeded() {
    append("a", 5);
    String sessionId = client.getSessionByKey(agentId, "a").getSessionId();
    Paged<ChatMessage> pagesOfTwo =
        client.messages(
            ListMessagesRequest.newBuilder()
                .setAgentId(agentId)
                .setSessionId(sessionId)
                .setPageSize(2)
                .setOrder(Order.OLDEST_FIRST)
                .build());
    int before = channel.calls();
    Iterator<ChatMessage> messages = pagesOfTwo.iterator();
    assertThat(channel.calls()).isEqualTo(before);
    messages.next();
    messages.next();
    assertThat(channel.calls()).isEqualTo(before + 1);
    messages.next();
    assertThat(channel.calls()).isEqualTo(before + 2);

    assertThat(pagesOfTwo.stream().map(ChatMessage::getSequence))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(
            client.messages(agentId, sessionId, Order.NEWEST_FIRST).stream()
                .map(ChatMessage::getSequence))
        .containsExactly(5L, 4L, 3L, 2L, 1L);
  }

  @Test
  void tls_connectsOnlyWithATrustedCertificate(@TempDir Path folder) throws Exception {
    TestPki pki = new TestPki(folder);
    X509Bundle shown = pki.issue("server");
    try (ServerFixture secure =
            ServerFixture.in(Files.createDirectory(folder.resolve("data")))
                .flag(Setting.TLS_CERTIFICATE, pki.certificate("server.pem", shown).toString())
                .flag(Setting.TLS_KEY, pki.key("server.key", shown).toString())
                .start();
        ParleyClient trusting =
            ParleyClient.builder("127.0.0.1:" + secure.port())
                .trust(pki.authority())
                .apiKey(secure.rootKey())
                .build();
        ParleyClient doubting =
            ParleyClient.builder("127.0.0.1:" + secure.port()).apiKey(secure.rootKey()).build()) {
      assertThat(trusting.sessions("-", "")).isEmpty();
      assertThat(failure(() -> doubting.sessions("-", "").iterator().hasNext()).reason())
          .isEqualTo(ErrorReason.UNAVAILABLE);
    }
  }
}
