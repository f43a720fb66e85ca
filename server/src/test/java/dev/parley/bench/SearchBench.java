package dev.parley.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.testing.Folders;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures full-text search: the cost of the index for appends, on two servers with and without it
 * in alternating rounds; the time until the index is complete; and the latency of searches.
 * Arguments: the number of rounds, the seconds per round, and the number of messages to search.
 * Prints tables, and one line of JSON at the end.
 */
final class SearchBench {
  private static final int CALLERS = 64;
  private static final int SESSIONS = 5_000;
  private static final int BATCH = 200;
  private static final double WARM_UP = 45;
  private static final String ON = "index";
  private static final String OFF = "no index";

  /** A word that one in a thousand messages contains. */
  private static final String RARE = "zanzibar";

  private final ServerProcess server;
  private final WebClient client;
  private final String key;
  private final String agent;
  private final AtomicLong stored = new AtomicLong();

  private SearchBench(ServerProcess server, ClientFactory connections) {
    this.server = server;
    client = WebClient.builder("h1c://127.0.0.1:" + server.port()).factory(connections).build();
    key = server.rootKey();
    agent = server.agent().toString();
  }

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 5;
    int messages = args.length > 2 ? Integer.parseInt(args[2]) : 200_000;
    Path work = Files.createTempDirectory("parley-bench");
    try (ServerProcess on = ServerProcess.startInJvm(folder(work, "on"), List.of());
        ServerProcess off =
            ServerProcess.startInJvm(folder(work, "off"), List.of(), "--search", "off");
        ClientFactory connections =
            ClientFactory.builder().workerGroup(2).maxNumEventLoopsPerHttp1Endpoint(2).build()) {
      run(
          new SearchBench(on, connections),
          new SearchBench(off, connections),
          new Comparison(WARM_UP, rounds, seconds),
          messages);
    } finally {
      Folders.delete(work);
    }
    System.exit(0);
  }

  private static Path folder(Path work, String name) throws IOException {
    return Files.createDirectory(work.resolve(name));
  }

  private static void run(SearchBench on, SearchBench off, Comparison comparison, int messages)
      throws IOException {
    Report report = new Report();
    report.compared(
        "search",
        "append of 1 KiB",
        CALLERS,
        comparison.of(
            CALLERS,
            List.of(new CallContender(ON, on::append), new CallContender(OFF, off::append))),
        List.of(new Ratio(ON, OFF)));
    report.say("catching up after the last append: %.1f s".formatted(on.catchUp()));
    long begin = System.nanoTime();
    while (on.stored.get() < messages) {
      on.appendMany();
    }
    report.say(
        "%d messages, the last %.1f s of indexing after the last append"
            .formatted(on.stored.get(), on.catchUp()));
    report.say("stored and indexed in %.1f s".formatted((System.nanoTime() - begin) / 1e9));
    report.say(
        "index: %.0f bytes per message".formatted((double) on.indexBytes() / on.stored.get()));
    for (String query : List.of(RARE + " order", "invoice delivery", "\"order invoice\"", "inv*")) {
      report.compared(
          "search",
          "search for " + query,
          1,
          new Comparison(3, comparison.rounds(), comparison.seconds())
              .of(1, List.of(new CallContender(query, () -> on.search(query)))),
          List.of());
    }
    System.out.println(report.json());
  }

  private CompletableFuture<AggregatedHttpResponse> append() {
    String session = "session " + ThreadLocalRandom.current().nextInt(SESSIONS);
    stored.incrementAndGet();
    return send(
        HttpMethod.POST,
        "/v1/agents/" + agent + "/messages:append",
        "{\"key\":\"%s\",\"createIfMissing\":true,\"messages\":[%s]}"
            .formatted(session, message(ThreadLocalRandom.current())));
  }

  private void appendMany() {
    String messages =
        IntStream.range(0, BATCH)
            .mapToObj(i -> message(ThreadLocalRandom.current()))
            .collect(Collectors.joining(","));
    String session = "session " + ThreadLocalRandom.current().nextInt(SESSIONS);
    stored.addAndGet(BATCH);
    var unused =
        send(
                HttpMethod.POST,
                "/v1/agents/" + agent + "/messages:append",
                "{\"key\":\"%s\",\"createIfMissing\":true,\"messages\":[%s]}"
                    .formatted(session, messages))
            .join();
  }

  private static String message(Random random) {
    String text = new ChatText(random.nextLong()).next();
    String word = random.nextInt(1_000) == 0 ? " " + RARE : "";
    return "{\"role\":\"USER\",\"content\":\"%s%s\"}".formatted(text, word);
  }

  private CompletableFuture<AggregatedHttpResponse> search(String query) {
    return send(
        HttpMethod.GET,
        "/v1/agents/" + agent + "/messages:search?query=" + URLEncoder.encode(query, UTF_8),
        "");
  }

  /** Waits until all stored messages can be found. Returns the time in seconds. */
  private double catchUp() {
    Instant begin = Instant.now();
    while (true) {
      String through = JsonBodies.text(search(RARE).join().contentUtf8(), "/indexedThrough");
      if (!through.isEmpty() && !Instant.parse(through).isBefore(begin)) {
        return Duration.between(begin, Instant.now()).toMillis() / 1e3;
      }
    }
  }

  private long indexBytes() {
    return Folders.bytes(server.data().resolve("search"), "");
  }

  private CompletableFuture<AggregatedHttpResponse> send(
      HttpMethod method, String path, String body) {
    RequestHeaders headers =
        RequestHeaders.builder(method, path)
            .add(HttpHeaderNames.AUTHORIZATION, "Bearer " + key)
            .contentType(MediaType.JSON)
            .build();
    return client
        .execute(HttpRequest.of(headers, HttpData.wrap(body.getBytes(UTF_8))))
        .aggregate()
        .thenApply(
            answer -> {
              if (!answer.status().equals(HttpStatus.OK)) {
                throw new IllegalStateException(answer.contentUtf8());
              }
              return answer;
            });
  }
}
