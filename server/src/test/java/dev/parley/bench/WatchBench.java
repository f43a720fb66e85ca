package dev.parley.bench;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import dev.parley.testing.Folders;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Measures watches over gRPC: the memory of idle watches, the messages per second that reach many
 * watches of one session, how long a message takes to reach them at half of that rate, and the cost
 * for appends of watches of other sessions. Arguments: the number of rounds and the seconds per
 * round. Prints tables, and one line of JSON at the end.
 */
final class WatchBench {
  private static final int IDLE = 10_000;
  private static final int WATCHES = 1_000;
  private static final int WATCHES_PER_CONNECTION = 250;

  /** Fewer than the calls that the server processes at the same time. */
  private static final int OPENED_TOGETHER = 1_000;

  private static final int CALLERS = 64;
  private static final int SESSIONS = 1_000;

  /** More than what {@link #WATCHES} watches of one session can receive. */
  private static final double APPENDS_PER_SECOND = 250;

  private static final double WARM_UP_SECONDS = 30;
  private static final int APPENDS_OPEN_MAX = 10_000;

  /** Starts the id of a message that has the time of its append. */
  private static final String TIMED = "sent";

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ServerProcess server;
  private final String agent;
  private final String text = new ChatText(2).next();
  private final LongAdder events = new LongAdder();
  private final LongAdder appended = new LongAdder();
  private final Histogram deliveries = new ConcurrentHistogram(3);
  private final Channel channel;

  private WatchBench(ServerProcess server, Channel channel) {
    this.server = server;
    this.channel = channel;
    agent = server.agent().toString();
  }

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 5;
    Path work = Files.createTempDirectory("parley-bench");
    try (ServerProcess server =
        ServerProcess.startInJvm(
            work,
            List.of(),
            "--search",
            "off",
            "--watches-max",
            "20000",
            "--watches-per-caller-max",
            "20000")) {
      Connections connections = new Connections(server);
      Report report = new Report();
      WatchBench bench = new WatchBench(server, connections.next());
      bench.measureIdle(report, connections);
      bench.measureOne(report, seconds);
      bench.measureAppends(report, new Comparison(10, rounds, seconds));
      System.out.println(report.json());
    } finally {
      Folders.delete(work);
    }
    System.exit(0);
  }

  /** The connections. Each carries a part of the watches. */
  private static final class Connections {
    private final ServerProcess server;
    private Channel last;
    private int used = WATCHES_PER_CONNECTION;

    Connections(ServerProcess server) {
      this.server = server;
    }

    Channel next() {
      if (used == WATCHES_PER_CONNECTION) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + server.rootKey());
        ManagedChannel channel =
            NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .directExecutor()
                .build();
        last =
            ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        used = 0;
      }
      used++;
      return last;
    }
  }

  /** Counts the messages of a watch. */
  private final class Watcher implements StreamObserver<WatchSessionsResponse> {
    private final AtomicLong caughtUp;

    Watcher(AtomicLong caughtUp) {
      this.caughtUp = caughtUp;
    }

    @Override
    public void onNext(WatchSessionsResponse event) {
      if (event.hasCaughtUp()) {
        caughtUp.incrementAndGet();
      } else if (event.hasMessage()) {
        events.increment();
        String id = event.getMessage().getMessageId();
        if (id.startsWith(TIMED)) {
          long sent = Long.parseLong(id.substring(TIMED.length(), id.indexOf('.')));
          deliveries.recordValue(Math.max(0, System.nanoTime() - sent));
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      if (Status.fromThrowable(failure).getCode() != Status.Code.CANCELLED) {
        System.err.println("A watch has failed: " + failure);
      }
    }

    @Override
    public void onCompleted() {}
  }

  /** Opens watches of sessions and waits until they have reported all stored messages. */
  private Context.CancellableContext watch(
      int count, String prefix, int sessions, Connections connections) {
    AtomicLong caughtUp = new AtomicLong();
    Context.CancellableContext context = Context.current().withCancellation();
    context.run(
        () -> {
          for (int i = 0; i < count; i++) {
            WatchServiceGrpc.newStub(connections.next())
                .watchSessions(
                    WatchSessionsRequest.newBuilder()
                        .setAgentId(agent)
                        .setKey(prefix + i % sessions)
                        .setAfterSequence(1)
                        .build(),
                    new Watcher(caughtUp));
            if (i % OPENED_TOGETHER == 0) {
              untilCaughtUp(caughtUp, i + 1);
            }
          }
        });
    untilCaughtUp(caughtUp, count);
    return context;
  }

  private static void untilCaughtUp(AtomicLong caughtUp, int watches) {
    Waiting.until(() -> caughtUp.get() == watches, () -> watches + " watches, " + caughtUp);
  }

  private Call append(String key, String messageId) {
    AppendMessagesRequest request =
        AppendMessagesRequest.newBuilder()
            .setAgentId(agent)
            .setKey(key)
            .setCreateIfMissing(true)
            .addMessages(
                ChatMessage.newBuilder()
                    .setRole(ChatMessage.Role.USER)
                    .setMessageId(messageId)
                    .setContent(Content.newBuilder().setText(text)))
            .build();
    return () -> {
      Answer<AppendMessagesResponse> answer = new Answer<>();
      SessionServiceGrpc.newStub(channel).appendMessages(request, answer);
      return answer;
    };
  }

  private void create(String prefix, int sessions) {
    for (int i = 0; i < sessions; i += CALLERS) {
      List<CompletableFuture<?>> appends = new ArrayList<>();
      for (int n = i; n < Math.min(sessions, i + CALLERS); n++) {
        appends.add(append(prefix + n, "first").make());
      }
      appends.forEach(CompletableFuture::join);
    }
  }

  private void measureIdle(Report report, Connections connections) throws IOException {
    create("idle", IDLE);
    ServerMemory memory = new ServerMemory(server.pid());
    long before = memory.liveHeapMib();
    Context.CancellableContext watches = watch(IDLE, "idle", IDLE, connections);
    long after = memory.liveHeapMib();
    report.say("%d idle watches: %d MiB of heap".formatted(IDLE, after - before));
    report.add("watches", Map.of("idle", IDLE, "heapMib", after - before));
    watches.cancel(null);
  }

  /** Offers more messages than can be delivered, and then half of what was delivered. */
  private void measureOne(Report report, double seconds) {
    create("one", 1);
    Context.CancellableContext watches = watch(WATCHES, "one", 1, new Connections(server));
    events.reset();
    offer(APPENDS_PER_SECOND, WARM_UP_SECONDS);
    double cpu = server.cpuMicros();
    long before = events.sum();
    double rate = offer(APPENDS_PER_SECOND, seconds);
    double micros = (server.cpuMicros() - cpu) / (events.sum() - before);
    report.say(
        "%d watches of one session: %.0f messages delivered a second, %.1f µs of server CPU each"
            .formatted(WATCHES, rate, micros));
    Waiting.until(
        () -> events.sum() == appended.sum() * WATCHES,
        () -> events.sum() + " of " + appended.sum() * WATCHES);
    deliveries.reset();
    offer(rate / WATCHES / 2, seconds);
    double millis = deliveries.getValueAtPercentile(99) / 1e6;
    report.say("  from append to delivery at half of that rate: p99 %.1f ms".formatted(millis));
    watches.cancel(null);
    report.add(
        "watches",
        Map.of(
            "watches",
            WATCHES,
            "deliveredPerSecond",
            rate,
            "cpuMicrosPerDelivery",
            micros,
            "deliveryMillisAtHalfRate",
            millis));
  }

  /** Appends to the watched session at a rate. Returns the messages delivered per second. */
  private double offer(double perSecond, double seconds) {
    long before = events.sum();
    long begin = System.nanoTime();
    Call call =
        () -> {
          appended.increment();
          return append("one0", TIMED + System.nanoTime() + "." + appended.sum()).make();
        };
    Round round = new OpenLoad(perSecond, APPENDS_OPEN_MAX, call).run(seconds);
    if (round.failed() > 0) {
      throw new IllegalStateException("Appends have failed: " + round.failures());
    }
    return (events.sum() - before) / ((System.nanoTime() - begin) / 1e9);
  }

  private void measureAppends(Report report, Comparison comparison) {
    create("busy", SESSIONS);
    create("other", WATCHES);
    Call call =
        () ->
            append(
                    "busy" + ThreadLocalRandom.current().nextInt(SESSIONS),
                    "a" + System.nanoTime() + ThreadLocalRandom.current().nextInt())
                .make();
    Watched watched = new Watched(new CallContender("with watches", call));
    report.compared(
        "watches",
        "append while 1000 watches of other sessions are open",
        CALLERS,
        comparison.of(CALLERS, List.of(watched, new CallContender("without watches", call))),
        List.of(new Ratio("with watches", "without watches")));
  }

  /** Opens the watches for its rounds. */
  private final class Watched implements Contender {
    private final CallContender load;

    Watched(CallContender load) {
      this.load = load;
    }

    @Override
    public String name() {
      return load.name();
    }

    @Override
    public Round closed(int callers, double seconds) {
      Context.CancellableContext watches =
          watch(WATCHES, "other", WATCHES, new Connections(server));
      try {
        return load.closed(callers, seconds);
      } finally {
        watches.cancel(null);
      }
    }

    @Override
    public Optional<Round> open(double perSecond, double seconds) {
      return load.open(perSecond, seconds);
    }
  }
}
