package dev.parley.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.config.Setting;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ChatMessage.Role;
import dev.parley.proto.v1.ErrorReason;
import dev.parley.proto.v1.ListMessagesRequest.Order;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppenderTest {
  private final FaultyStore faults = new FaultyStore();
  @TempDir private Path folder;
  private ServerFixture server;
  private ControlledChannel channel;
  private ParleyClient client;
  private String agentId;

  @BeforeEach
  void start() {
    server = fixture().start();
    agentId = server.agent("acme").toString();
    channel = new ControlledChannel(server.port(), server.rootKey());
    client = ParleyClient.builder(channel).build();
  }

  @AfterEach
  void stop() {
    channel.release();
    client.close();
    channel.close();
    server.close();
  }

  private ServerFixture.Setup fixture() {
    return ServerFixture.in(folder)
        .flag(Setting.REQUEST_BYTES_MAX, "100000")
        .flag(Setting.CONTENT_BYTES_MAX, "50000")
        .wrap(faults::around);
  }

  private static ChatMessage text(String text) {
    return ParleyClient.message(Role.USER, text);
  }

  /** Adds an append whose response is held back, so that those that follow are gathered. */
  private CompletableFuture<AppendMessagesResponse> hold(Appender appender) {
    channel.hold();
    CompletableFuture<AppendMessagesResponse> first = appender.append(agentId, "first", text("1"));
    channel.awaitHeld();
    return first;
  }

  private List<CompletableFuture<AppendMessagesResponse>> add(
      Appender appender, String key, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> appender.append(agentId, key, text("text " + i)))
        .toList();
  }

  private static void join(List<CompletableFuture<AppendMessagesResponse>> appends) {
    CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new)).join();
  }

  private static ParleyException failure(CompletableFuture<?> append) {
    CompletionException failure = catchThrowableOfType(CompletionException.class, append::join);
    return (ParleyException) failure.getCause();
  }

  private List<String> texts(String key) {
    return client
        .messages(agentId, client.getSessionByKey(agentId, key).getSessionId(), Order.OLDEST_FIRST)
        .stream()
        .map(message -> message.getContent().getText())
        .toList();
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "text " + i).toList();
  }

  @Test
  void appends_duringACall_goTogetherWithTheNext() {
    Appender appender = client.appender();
    CompletableFuture<AppendMessagesResponse> first = hold(appender);
    List<CompletableFuture<AppendMessagesResponse>> gathered = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      gathered.add(appender.append(agentId, "s" + i, text("x")));
    }
    assertThat(first).isNotDone();
    assertThat(channel.calls()).isEqualTo(1);
    channel.release();
    join(gathered);

    assertThat(first.join().getMessages(0).getSequence()).isEqualTo(1);
    assertThat(channel.batches()).isEqualTo(1);
    assertThat(channel.calls()).isEqualTo(2);
    assertThat(gathered.get(7).join().getSession().getKey()).isEqualTo("s7");
    assertThat(gathered.get(7).join().getMessages(0).hasContent()).isFalse();
  }

  @Test
  void batches_keepTheirLimits() {
    Appender appender = client.appender(AppenderLimits.DEFAULT.withBatch(10, 2_000));
    hold(appender);
    List<CompletableFuture<AppendMessagesResponse>> small = add(appender, "small", 0, 25);
    List<CompletableFuture<AppendMessagesResponse>> large =
        IntStream.range(0, 3)
            .mapToObj(i -> appender.append(agentId, "large", text("x".repeat(1_500))))
            .toList();
    channel.release();
    join(small);
    join(large);

    // Batches of 10, 10 and 5 messages. The 3 messages of 1,500 bytes are appended alone.
    assertThat(channel.batches()).isEqualTo(3);
    assertThat(channel.calls()).isEqualTo(7);
  }

  @Test
  void appends_failOnTheirOwn() {
    Appender appender = client.appender();
    CompletableFuture<AppendMessagesResponse> first = hold(appender);
    CompletableFuture<AppendMessagesResponse> stranger =
        appender.append(UUID.randomUUID().toString(), "a", text("x"));
    CompletableFuture<AppendMessagesResponse> stale =
        appender.append(
            ParleyClient.appendRequest(agentId, "first", text("2")).toBuilder()
                .setExpectedHeadSequence(9)
                .build());
    CompletableFuture<AppendMessagesResponse> good = appender.append(agentId, "first", text("3"));
    channel.release();

    assertThat(failure(stranger).reason()).isEqualTo(ErrorReason.AGENT_NOT_FOUND);
    assertThat(failure(stale).reason()).isEqualTo(ErrorReason.STALE_SEQUENCE);
    assertThat(failure(stale).metadata()).containsEntry("head_sequence", "1");
    assertThat(good.join().getSession().getHeadSequence()).isEqualTo(2);
    assertThat(first).isCompleted();
    assertThat(channel.batches()).isEqualTo(1);
  }

  @Test
  void invalidAppend_failsAlone() {
    Appender appender = client.appender();
    hold(appender);
    List<CompletableFuture<AppendMessagesResponse>> before = add(appender, "a", 0, 20);
    CompletableFuture<AppendMessagesResponse> invalid = appender.append(agentId, "a");
    CompletableFuture<AppendMessagesResponse> tooLarge =
        appender.append(agentId, "a", text("x".repeat(60_000)));
    List<CompletableFuture<AppendMessagesResponse>> after = add(appender, "a", 20, 40);
    channel.release();
    join(before);
    join(after);

    assertThat(failure(invalid).reason()).isEqualTo(ErrorReason.INVALID_FIELD);
    assertThat(failure(invalid).violations())
        .extracting(each -> each.getField())
        .containsExactly("messages");
    assertThat(failure(tooLarge).violations())
        .extracting(each -> each.getField())
        .containsExactly("messages[0].content");
    assertThat(texts("a")).isEqualTo(texts(0, 40));
  }

  @Test
  void batchLargerThanTheServerAccepts_isSplit() {
    Appender appender = client.appender();
    hold(appender);
    List<CompletableFuture<AppendMessagesResponse>> appends =
        IntStream.range(0, 10)
            .mapToObj(i -> appender.append(agentId, "a", text(i + "x".repeat(30_000))))
            .toList();
    channel.release();
    join(appends);

    assertThat(texts("a")).extracting(each -> each.substring(0, 1)).isSorted().hasSize(10);
  }

  @Test
  void batch_responseLost_isRepeatedAndStoredOnce() {
    Appender appender = client.appender();
    hold(appender);
    List<CompletableFuture<AppendMessagesResponse>> appends = add(appender, "a", 0, 30);
    channel.lose(2);
    channel.release();
    join(appends);

    assertThat(channel.batches()).isEqualTo(3);
    assertThat(texts("a")).isEqualTo(texts(0, 30));
  }

  /** The store rejects one append of the batch. A later one of its session is stored. */
  @Test
  void rejectedAppend_isNotMovedBehindALaterOne() {
    Appender appender = client.appender();
    hold(appender);
    faults.failOnce("append", unavailable());
    CompletableFuture<AppendMessagesResponse> rejected = appender.append(agentId, "a", text("1"));
    CompletableFuture<AppendMessagesResponse> stored = appender.append(agentId, "a", text("2"));
    channel.release();

    assertThat(failure(rejected).reason()).isEqualTo(ErrorReason.UNAVAILABLE);
    assertThat(stored.join().getMessages(0).getSequence()).isEqualTo(1);
    assertThat(texts("a")).containsExactly("2");
  }

  @Test
  void rejectedAppend_withoutALaterOne_isRepeated() {
    Appender appender = client.appender();
    hold(appender);
    faults.failOnce("append", unavailable());
    CompletableFuture<AppendMessagesResponse> rejected = appender.append(agentId, "a", text("1"));
    CompletableFuture<AppendMessagesResponse> other = appender.append(agentId, "b", text("2"));
    channel.release();

    assertThat(rejected.join().getMessages(0).getSequence()).isEqualTo(1);
    assertThat(other.join().getMessages(0).getSequence()).isEqualTo(1);
    assertThat(texts("a")).containsExactly("1");
  }

  private static SessionException unavailable() {
    return new SessionException(dev.parley.model.ErrorReason.UNAVAILABLE, "Try again.");
  }

  @Test
  void server_unavailableUntilTheDeadline_failsEveryAppend() {
    faults.fail("append", unavailable());
    try (ParleyClient hasty =
            ParleyClient.builder(channel).timeout(Duration.ofMillis(500)).build();
        Appender appender = hasty.appender()) {
      List<CompletableFuture<AppendMessagesResponse>> appends = add(appender, "a", 0, 20);

      assertThat(appends)
          .allSatisfy(
              each ->
                  assertThat(failure(each).reason())
                      .isIn(ErrorReason.UNAVAILABLE, ErrorReason.DEADLINE_EXCEEDED));
    }
  }

  @Test
  void queue_full_rejectsAtOnce() {
    Appender few = client.appender(AppenderLimits.DEFAULT.withQueue(3, 1 << 20));
    CompletableFuture<AppendMessagesResponse> first = hold(few);
    List<CompletableFuture<AppendMessagesResponse>> accepted = add(few, "a", 0, 2);
    assertThat(failure(few.append(agentId, "a", text("x"))).reason())
        .isEqualTo(ErrorReason.OVERLOADED);
    channel.release();
    join(accepted);
    first.join();
    few.append(agentId, "a", text("text 2")).join();

    Appender small = client.appender(AppenderLimits.DEFAULT.withQueue(100, 1_000));
    assertThat(failure(small.append(agentId, "a", text("x".repeat(1_000)))).reason())
        .isEqualTo(ErrorReason.OVERLOADED);
    assertThat(texts("a")).isEqualTo(texts(0, 3));
  }

  @Test
  void close_waitsForEveryAppend() {
    Appender appender = client.appender();
    CompletableFuture<AppendMessagesResponse> first = hold(appender);
    List<CompletableFuture<AppendMessagesResponse>> appends = add(appender, "a", 0, 50);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
    assertThat(closing).isNotDone();
    channel.release();
    closing.join();

    assertThat(first).isCompleted();
    assertThat(appends).allMatch(CompletableFuture::isDone);
    assertThat(texts("a")).isEqualTo(texts(0, 50));
    assertThatThrownBy(() -> appender.append(agentId, "a", text("x")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void dependentStage_appendsToTheSameAppender() {
    Appender appender = client.appender();
    CompletableFuture<AppendMessagesResponse> chain = appender.append(agentId, "a", text("text 0"));
    for (int i = 1; i < 20; i++) {
      String next = "text " + i;
      chain = chain.thenCompose(stored -> appender.append(agentId, "a", text(next)));
    }
    chain.join();

    assertThat(texts("a")).isEqualTo(texts(0, 20));
  }

  /** The server stops with a batch in flight, and another takes over its store. */
  @Test
  void serverRestart_losesAndDoublesNothing() {
    Appender appender = client.appender();
    hold(appender);
    List<CompletableFuture<AppendMessagesResponse>> appends =
        new ArrayList<>(add(appender, "a", 0, 100));
    channel.lose(1);
    channel.release();
    server.close();
    appends.addAll(add(appender, "a", 100, 200));
    server = fixture().start();
    channel.connect(server.port(), server.rootKey());
    join(appends);

    assertThat(texts("a")).isEqualTo(texts(0, 200));
    assertThat(appends)
        .extracting(each -> each.join().getMessages(0).getSequence())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void manyAppendsThatExpireInTheQueue_allFail() {
    ParleyClient lonely =
        ParleyClient.builder("127.0.0.1:1").plaintext().timeout(Duration.ofMillis(300)).build();
    Appender appender = lonely.appender(AppenderLimits.DEFAULT.withBatch(1, 1 << 20));

    List<CompletableFuture<AppendMessagesResponse>> appends = add(appender, "key", 0, 10_000);

    for (CompletableFuture<AppendMessagesResponse> append : appends) {
      assertThatThrownBy(append::join).hasCauseInstanceOf(ParleyException.class);
    }
    lonely.close();
  }

  @Test
  void closedClient_rejectsAppends() {
    client.close();

    assertThatThrownBy(() -> client.appender()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> client.append(agentId, "key", text("1")))
        .isInstanceOf(IllegalStateException.class);
  }
}
