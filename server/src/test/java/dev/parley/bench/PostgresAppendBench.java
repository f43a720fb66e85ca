package dev.parley.bench;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceStub;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerProcess;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Compares durable appends of 1 KiB to PostgreSQL in alternating rounds: through a packaged server
 * over gRPC, and by the same batch writer directly through JDBC. Prints a table and a line of JSON.
 * Arguments: callers (256), sessions (10000), agents (1), rounds (5), seconds per round (5).
 */
final class PostgresAppendBench {
  private static final List<String> DATABASE =
      List.of(
          "fsync=on",
          "max_connections=100",
          "shared_buffers=1GB",
          "max_wal_size=16GB",
          "checkpoint_timeout=30min",
          "wal_compression=off");
  private static final String TEXT = "x".repeat(1024);
  private static final int WARM_UP_SECONDS = 45;

  private final List<Session> sessions = new ArrayList<>();

  private PostgresAppendBench() {}

  public static void main(String[] args) throws IOException {
    new PostgresAppendBench()
        .run(
            argument(args, 0, 256),
            argument(args, 1, 10_000),
            argument(args, 2, 1),
            argument(args, 3, 5),
            argument(args, 4, 5));
    System.exit(0);
  }

  private static int argument(String[] args, int place, int otherwise) {
    return args.length > place ? Integer.parseInt(args[place]) : otherwise;
  }

  private void run(int callers, int sessionCount, int agentCount, int rounds, int seconds)
      throws IOException {
    Path work = Files.createTempDirectory("parley-bench");
    try (PostgresServer database = PostgresServer.own(DATABASE)) {
      String url = database.newDatabase();
      try (Store store = PostgresStores.open(url, PostgresSettings.DEFAULTS);
          ServerProcess server = ServerProcess.startInJvm(work, List.of(), "--store", url)) {
        makeSessions(store, sessionCount, agentCount);
        ManagedChannel channel =
            NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .directExecutor()
                .build();
        Metadata headers = new Metadata();
        headers.put(
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
            "Bearer " + server.rootKey());
        SessionServiceStub stub =
            SessionServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        ClosedLoad straight = new ClosedLoad(callers, () -> store.append(append(anySession())));
        ClosedLoad served = new ClosedLoad(callers, () -> append(stub, anySession()));
        straight.run(WARM_UP_SECONDS);
        served.run(WARM_UP_SECONDS);
        List<Round> straightRounds = new ArrayList<>();
        List<Round> servedRounds = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
          straightRounds.add(straight.run(seconds));
          servedRounds.add(served.run(seconds));
        }
        channel.shutdownNow();
        print(callers, straightRounds, servedRounds);
      }
    }
  }

  private void makeSessions(Store store, int sessionCount, int agentCount) {
    List<UUID> agents = new ArrayList<>();
    for (int i = 0; i < agentCount; i++) {
      agents.add(
          store
              .createAgent(Agents.of(UUID.randomUUID(), "bench"), AuditContexts.any())
              .join()
              .agentId());
    }
    for (int from = 0; from < sessionCount; from += 1_000) {
      List<CompletableFuture<Session>> made = new ArrayList<>();
      for (int i = from; i < Math.min(from + 1_000, sessionCount); i++) {
        UUID agentId = agents.get(i % agentCount);
        made.add(
            store.createSession(
                Session.create(
                    agentId,
                    UUID.randomUUID(),
                    "session-" + i,
                    Session.Profile.EMPTY,
                    Instant.now())));
      }
      made.forEach(session -> sessions.add(session.join()));
    }
  }

  private Session anySession() {
    return sessions.get(ThreadLocalRandom.current().nextInt(sessions.size()));
  }

  private static Append append(Session session) {
    return new Append(
        new SessionRef.ById(session.agentId(), session.sessionId(), null),
        null,
        OptionalLong.empty(),
        List.of(
            new Message.Draft(
                UUID.randomUUID().toString(),
                Role.USER,
                Content.text(TEXT),
                null,
                Json.EMPTY_OBJECT)),
        Set.of(),
        Instant.now());
  }

  private static CompletableFuture<AppendMessagesResponse> append(
      SessionServiceStub stub, Session session) {
    Answer<AppendMessagesResponse> answer = new Answer<>();
    stub.appendMessages(
        AppendMessagesRequest.newBuilder()
            .setAgentId(session.agentId().toString())
            .setSessionId(session.sessionId().toString())
            .addMessages(
                ChatMessage.newBuilder()
                    .setRole(ChatMessage.Role.USER)
                    .setContent(dev.parley.proto.v1.Content.newBuilder().setText(TEXT)))
            .build(),
        answer);
    return answer;
  }

  private static void print(int callers, List<Round> straight, List<Round> served) {
    double ratio = Round.medianPerSecond(served) / Round.medianPerSecond(straight);
    System.out.printf("%-34s %10s %22s %10s %10s%n", "", "median/s", "all rounds/s", "p50", "p99");
    print("batch writer straight through JDBC", straight);
    print("one server, over gRPC", served);
    System.out.printf("ratio %.2f%n", ratio);
    System.out.printf(
        "{\"bench\":\"postgres-append\",\"callers\":%d,\"straightPerSecond\":%.0f,"
            + "\"servedPerSecond\":%.0f,\"ratio\":%.3f}%n",
        callers, Round.medianPerSecond(straight), Round.medianPerSecond(served), ratio);
  }

  private static void print(String what, List<Round> rounds) {
    List<Long> all = rounds.stream().map(round -> Math.round(round.perSecond())).sorted().toList();
    Round middle = Round.median(rounds);
    System.out.printf(
        "%-34s %10.0f %22s %8.1fms %8.1fms%n",
        what,
        Round.medianPerSecond(rounds),
        all.get(0) + ".." + all.get(all.size() - 1),
        middle.millis(50),
        middle.millis(99));
  }
}
