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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares the Conversations API and the native API of the packaged server over REST, in
 * alternating rounds: reads of the newest 20 messages of a conversation, and appends of two
 * messages. Arguments: the number of rounds and the seconds per round. Prints tables, and one line
 * of JSON at the end.
 */
final class ItemsBench {
  private static final int STORED = 200;
  private static final double WARM_UP = 15;
  private static final String ITEMS = "items";
  private static final String NATIVE = "native";

  private String key;
  private final WebClient client;

  private ItemsBench(ServerProcess server, ClientFactory connections) {
    client = WebClient.builder("h1c://127.0.0.1:" + server.port()).factory(connections).build();
    key = server.rootKey();
  }

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 3;
    Path work = Files.createTempDirectory("parley-bench");
    try (ServerProcess server = ServerProcess.startInJvm(work, List.of());
        ClientFactory connections =
            ClientFactory.builder().workerGroup(2).maxNumEventLoopsPerHttp1Endpoint(2).build()) {
      new ItemsBench(server, connections)
          .run(server.agent().toString(), new Comparison(WARM_UP, rounds, seconds));
    } finally {
      Folders.delete(work);
    }
    System.exit(0);
  }

  private void run(String agentId, Comparison comparison) {
    String agentKey =
        "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"chat\"]}".formatted(agentId);
    key =
        JsonBodies.text(
            send(HttpMethod.POST, "/v1/keys", agentKey).join().contentUtf8(), "/secret");
    ChatText text = new ChatText(1);
    String items =
        IntStream.range(0, STORED)
            .mapToObj(i -> item(i % 2 == 0 ? "user" : "assistant", text.next()))
            .collect(Collectors.joining(","));
    String body = "{\"items\":[" + items + "]}";
    String id =
        JsonBodies.text(
            send(HttpMethod.POST, "/v1/conversations", body).join().contentUtf8(), "/id");
    String sessionId =
        id.substring("conv_".length())
            .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    Report report = new Report();
    for (int callers : new int[] {1, 16}) {
      String native20 =
          "/v1/agents/" + agentId + "/sessions/" + sessionId + "/messages?pageSize=20";
      compare(
          report,
          "read 20",
          comparison.of(
              callers,
              List.of(
                  new CallContender(
                      ITEMS, () -> get("/v1/conversations/" + id + "/items?limit=20")),
                  new CallContender(NATIVE, () -> get(native20)))),
          callers);
      String messages =
          ("{\"sessionId\":\"%s\",\"messages\":[{\"role\":\"USER\",\"content\":\"%s\"},"
                  + "{\"role\":\"ASSISTANT\",\"content\":\"%s\"}]}")
              .formatted(sessionId, text.next(), text.next());
      String turn =
          "{\"items\":[" + item("user", text.next()) + "," + item("assistant", text.next()) + "]}";
      compare(
          report,
          "append 2",
          comparison.of(
              callers,
              List.of(
                  new CallContender(
                      ITEMS,
                      () -> send(HttpMethod.POST, "/v1/conversations/" + id + "/items", turn)),
                  new CallContender(
                      NATIVE,
                      () ->
                          send(
                              HttpMethod.POST,
                              "/v1/agents/" + agentId + "/messages:append",
                              messages)))),
          callers);
    }
    System.out.println(report.json());
  }

  private static void compare(Report report, String title, List<Measured> sides, int callers) {
    report.compared("items", title, callers, sides, List.of(new Ratio(ITEMS, NATIVE)));
  }

  private static String item(String role, String text) {
    return "{\"role\":\"%s\",\"content\":\"%s\"}".formatted(role, text);
  }

  private CompletableFuture<AggregatedHttpResponse> get(String path) {
    return send(HttpMethod.GET, path, "");
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
