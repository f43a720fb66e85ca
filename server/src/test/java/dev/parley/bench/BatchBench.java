package dev.parley.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.client.Appender;
import dev.parley.client.ParleyClient;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.ResponseView;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.Folders;
import dev.parley.testing.ServerProcess;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Compares durable messages per second, in alternating rounds: one append per call, batches, the
 * Java client's appender, JSON Lines, and Redis with and without pipelining if it is installed.
 * Also measures the CPU time of the server per message. Arguments: the number of rounds and the
 * seconds per round. Prints a table, and one line of JSON at the end.
 */
final class BatchBench {
  private static final int CALLERS = 256;
  private static final int BATCH = 64;
  private static final int LINES = 1_000;
  private static final int SESSIONS = 1_000;
  private static final double WARM_UP = 20;

  private final ServerProcess server;
  private final Channel channel;
  private final String agent;
  private final ChatMessage message =
      ChatMessage.newBuilder()
          .setRole(ChatMessage.Role.USER)
          .setContent(Content.newBuilder().setText(new ChatText(2).next()))
          .build();

  private BatchBench(ServerProcess server) {
    this.server = server;
    channel = server.channel();
    agent = server.agent().toString();
  }

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 4;
    Path work = Files.createTempDirectory("parley-bench");
    Path redisWork = Files.createDirectory(work.resolve("redis"));
    Optional<RedisAppend> redis = RedisAppend.start(redisWork);
    try (ServerProcess server = ServerProcess.startInJvm(work, List.of(), "--search", "off");
        ClientFactory connections = ClientFactory.builder().workerGroup(2).build();
        ParleyClient client =
            ParleyClient.builder("127.0.0.1:" + server.port())
                .plaintext()
                .apiKey(server.rootKey())
                .build();
        Appender appender = client.appender()) {
      new BatchBench(server)
          .run(new Comparison(WARM_UP, rounds, seconds), appender, connections, redis);
    } finally {
      redis.ifPresent(RedisAppend::close);
      Folders.delete(work);
    }
    System.exit(0);
  }

  private void run(
      Comparison comparison,
      Appender appender,
      ClientFactory connections,
      Optional<RedisAppend> redis) {
    List<Contender> sides = new ArrayList<>();
    sides.add(new Messages("append", this::append, CALLERS, 1));
    sides.add(new Messages("batches of " + BATCH, this::batch, CALLERS / BATCH, BATCH));
    sides.add(new Messages("client appender", () -> appender.append(entry()), CALLERS, 1));
    WebClient http =
        WebClient.builder("h1c://127.0.0.1:" + server.port()).factory(connections).build();
    sides.add(new Messages("JSON Lines", () -> lines(http), CALLERS / BATCH, LINES));
    redis.ifPresent(
        unary -> {
          sides.add(unary);
          sides.add(new Fixed(unary.pipelined(BATCH), CALLERS / BATCH));
        });
    Report report = new Report();
    report.compared(
        "batch",
        "durable messages",
        CALLERS,
        comparison.of(CALLERS, sides),
        List.of(
            new Ratio("batches of " + BATCH, "append"),
            new Ratio("client appender", "append"),
            new Ratio("client appender", Contenders.REDIS),
            new Ratio("batches of " + BATCH, Contenders.REDIS + ", " + BATCH + " pipelined")));
    System.out.println(report.json());
  }

  private AppendMessagesRequest entry() {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(agent)
        .setKey("s" + ThreadLocalRandom.current().nextInt(SESSIONS))
        .setCreateIfMissing(true)
        .setResponseView(ResponseView.RESPONSE_VIEW_IDS)
        .addMessages(message)
        .build();
  }

  private CompletableFuture<AppendMessagesResponse> append() {
    Answer<AppendMessagesResponse> answer = new Answer<>();
    SessionServiceGrpc.newStub(channel).appendMessages(entry(), answer);
    return answer;
  }

  private CompletableFuture<BatchAppendMessagesResponse> batch() {
    BatchAppendMessagesRequest.Builder batch =
        BatchAppendMessagesRequest.newBuilder().setResponseView(ResponseView.RESPONSE_VIEW_IDS);
    for (int i = 0; i < BATCH; i++) {
      batch.addRequests(entry());
    }
    Answer<BatchAppendMessagesResponse> answer = new Answer<>();
    MessageServiceGrpc.newStub(channel).batchAppendMessages(batch.build(), answer);
    return answer;
  }

  private CompletableFuture<Void> lines(WebClient http) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      body.append(
          """
          {"agentId":"%s","key":"s%d","createIfMissing":true,"responseView":"RESPONSE_VIEW_IDS",\
          "messages":[{"role":"USER","content":"%s"}]}
          """
              .formatted(
                  agent,
                  ThreadLocalRandom.current().nextInt(SESSIONS),
                  message.getContent().getText()));
    }
    RequestHeaders headers =
        RequestHeaders.builder(HttpMethod.POST, "/v1/messages:batchAppend")
            .add("authorization", "Bearer " + server.rootKey())
            .add("content-type", "application/x-ndjson")
            .build();
    return http.execute(HttpRequest.of(headers, HttpData.wrap(body.toString().getBytes(UTF_8))))
        .aggregate()
        .thenAccept(
            answer -> {
              long stored =
                  answer.contentUtf8().lines().filter(line -> line.startsWith("{\"app")).count();
              if (stored != LINES) {
                throw new IllegalStateException(stored + " lines stored");
              }
            });
  }

  /** A contender with its own number of callers. Each call has several messages. */
  private final class Messages implements Contender {
    private final String name;
    private final Call call;
    private final int callers;
    private final int messages;

    Messages(String name, Call call, int callers, int messages) {
      this.name = name;
      this.call = call;
      this.callers = callers;
      this.messages = messages;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Round closed(int ignored, double seconds) {
      Round round = new ClosedLoad(callers, call).run(seconds);
      return new Round(round.perSecond() * messages, round.latency(), round.failures());
    }

    @Override
    public OptionalDouble cpuMicros() {
      return OptionalDouble.of(server.cpuMicros());
    }

    @Override
    public Optional<Round> open(double perSecond, double seconds) {
      return Optional.empty();
    }
  }

  /** A contender with its own number of callers. */
  private record Fixed(Contender side, int callers) implements Contender {
    @Override
    public String name() {
      return side.name();
    }

    @Override
    public Round closed(int ignored, double seconds) {
      return side.closed(callers, seconds);
    }

    @Override
    public Optional<Round> open(double perSecond, double seconds) {
      return Optional.empty();
    }
  }
}
