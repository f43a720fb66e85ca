package dev.parley.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.config.Setting;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller that uses many resources does not prevent calls of others. */
class FairShareTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir private Path folder;

  private static String read(UUID agentId) {
    return "/v1/agents/" + agentId + "/sessions";
  }

  @Test
  void callsInFlight_oneCallerHasThemAll_anotherIsServed() {
    FaultyStore faults = new FaultyStore();
    try (ServerFixture server =
        ServerFixture.in(folder)
            .wrap(faults::around)
            .flag(Setting.CALLS_IN_FLIGHT_MAX, "8")
            .start()) {
      UUID agentId = server.agent("acme");
      String greedy = server.agentKey(agentId, "agent:read");
      String modest = server.agentKey(agentId, "agent:read");
      CompletableFuture<List<Object>> answer = new CompletableFuture<>();
      faults.answer("listSessions", answer);
      List<CompletableFuture<HttpResponse<String>>> taken = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        taken.add(
            CompletableFuture.supplyAsync(
                () -> server.send("GET", read(agentId), greedy, null), task -> start(task)));
      }
      Waiting.until(() -> faults.asked("listSessions") == 8, () -> "calls in the store");

      HttpResponse<String> refused = server.send("GET", read(agentId), greedy, null);
      HttpResponse<String> served = server.send("GET", "/v1/agents/" + agentId, modest, null);

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("OVERLOADED");
      assertThat(refused.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
      assertThat(served.statusCode()).describedAs(served.body()).isEqualTo(200);
      answer.complete(List.of());
      taken.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
    }
  }

  private static void start(Runnable task) {
    new Thread(task).start();
  }

  @Test
  void bytesInFlight_oneCallerHasThemAll_anotherIsServed() throws IOException {
    try (ServerFixture server =
        ServerFixture.in(folder)
            .flag(Setting.REQUEST_BYTES_MAX, Integer.toString(MEBIBYTE))
            .flag(Setting.CONTENT_BYTES_MAX, Integer.toString(MEBIBYTE))
            .flag(Setting.BYTES_IN_FLIGHT_MAX, Integer.toString(MEBIBYTE))
            .start()) {
      UUID agentId = server.agent("acme");
      String greedy = server.agentKey(agentId, "chat");
      String modest = server.agentKey(agentId, "chat");
      String body = "{\"metadata\":{\"a\":\"" + "x".repeat(50_000) + "\"}}";
      try (Socket upload = connect(server, PATIENCE_MILLIS)) {
        upload
            .getOutputStream()
            .write(
                ("POST "
                        + read(agentId)
                        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Authorization: Bearer "
                        + greedy
                        + "\r\nContent-Length: "
                        + MEBIBYTE
                        + "\r\n\r\n"
                        + " ".repeat(MEBIBYTE - 30_000))
                    .getBytes(US_ASCII));
        Waiting.until(
            () -> bytesInFlight(server) >= MEBIBYTE - 30_000, () -> "an upload on its way");

        HttpResponse<String> refused = server.send("POST", read(agentId), greedy, body);
        assertThat(refused.statusCode()).describedAs(refused.body()).isEqualTo(429);
        assertThat(server.send("POST", read(agentId), modest, body).statusCode()).isEqualTo(200);
      }
      Waiting.until(
          () -> server.send("POST", read(agentId), greedy, body).statusCode() == 200,
          () -> "the bytes of the caller that hung up");
    }
  }

  @Test
  void failedLogins_asManyAsMayBe_furtherOnesAreRefusedAndOthersServed() {
    try (ServerFixture server =
        ServerFixture.in(folder).flag(Setting.FAILED_LOGINS_PER_MINUTE_MAX, "3").start()) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        statuses.add(server.send("GET", "/v1/agents", "g_agent_unknown", null).statusCode());
      }
      HttpResponse<String> known = server.send("GET", "/v1/agents", server.rootKey(), null);

      assertThat(statuses).containsExactly(401, 401, 401, 429);
      assertThat(known.statusCode()).isEqualTo(200);
    }
  }

  /** The history does not fit into socket buffers, and the client does not read it. */
  @Test
  void answer_notRead_isCutAfterTheWriteTimeout() throws IOException {
    try (ServerFixture server =
        ServerFixture.in(folder).flag(Setting.WRITE_TIMEOUT_SECONDS, "1").start()) {
      String request = longHistory(server);
      try (Socket client = connect(server, PATIENCE_MILLIS)) {
        client.getOutputStream().write(request.getBytes(US_ASCII));
        assertThat(client.getInputStream().read()).isEqualTo('H');

        nothingIsInFlight(server);

        assertThat(rest(client.getInputStream())).isLessThan(24L * MEBIBYTE);
      }
    }
  }

  @Test
  void answer_ofCallerThatHangsUp_ends() throws IOException {
    try (ServerFixture server =
        ServerFixture.in(folder).flag(Setting.WRITE_TIMEOUT_SECONDS, "3600").start()) {
      String request = longHistory(server);
      try (Socket client = connect(server, PATIENCE_MILLIS)) {
        client.getOutputStream().write(request.getBytes(US_ASCII));
        assertThat(client.getInputStream().read()).isEqualTo('H');
      }
      nothingIsInFlight(server);
    }
  }

  /** Over HTTP/2, the bytes wait for the flow-control window of the stream, not for the socket. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 20, 1 << 16})
  void http2Answer_notRead_isResetAfterTheWriteTimeout(int window) {
    try (ServerFixture server =
        ServerFixture.in(folder).flag(Setting.WRITE_TIMEOUT_SECONDS, "1").start()) {
      longHistory(server);
      UUID agentId = UUID.fromString(JsonBodies.text(agents(server), "/agents/0/agentId"));
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port())
              .usePlaintext()
              .flowControlWindow(window)
              .build();
      try {
        ClientCall<ListMessagesRequest, ListMessagesResponse> call =
            channel.newCall(SessionServiceGrpc.getListMessagesMethod(), CallOptions.DEFAULT);
        Metadata headers = new Metadata();
        headers.put(
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
            "Bearer " + server.rootKey());
        call.start(new ClientCall.Listener<>() {}, headers);
        call.sendMessage(
            ListMessagesRequest.newBuilder()
                .setAgentId(agentId.toString())
                .setSessionId(
                    JsonBodies.text(
                        server.send("GET", read(agentId), server.rootKey(), null).body(),
                        "/sessions/0/sessionId"))
                .build());
        call.halfClose();

        // The client requests no message.
        Waiting.until(() -> bytesInFlight(server) > 0, () -> "an answer on its way");
        nothingIsInFlight(server);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static String agents(ServerFixture server) {
    return server.send("GET", "/v1/agents", server.rootKey(), null).body();
  }

  @Test
  void http2Stream_notRead_isResetAfterTheWriteTimeout() {
    try (ServerFixture server =
            ServerFixture.in(folder).flag(Setting.WRITE_TIMEOUT_SECONDS, "1").start();
        ClientFactory factory =
            ClientFactory.builder().http2InitialStreamWindowSize(1 << 16).build()) {
      String[] request = longHistory(server).split("\r\n\r\n");
      com.linecorp.armeria.common.HttpResponse unread =
          WebClient.builder("h2c://127.0.0.1:" + server.port())
              .factory(factory)
              .responseTimeoutMillis(0)
              .maxResponseLength(0)
              .build()
              .execute(
                  RequestHeaders.of(
                      HttpMethod.POST,
                      request[0].split(" ")[1],
                      HttpHeaderNames.CONTENT_TYPE,
                      "application/json",
                      HttpHeaderNames.AUTHORIZATION,
                      "Bearer " + server.rootKey()),
                  request[1]);
      // Without a subscriber, the answer is not read.
      Waiting.until(() -> bytesInFlight(server) > 0, () -> "an answer on its way");

      nothingIsInFlight(server);
      unread.abort();
    }
  }

  private static Socket connect(ServerFixture server, int patienceMillis) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(patienceMillis);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    return socket;
  }

  /** Stores 24 MiB and returns the request that reads all of it. */
  private static String longHistory(ServerFixture server) {
    UUID agentId = server.agent("acme");
    String message = "{\"role\":\"USER\",\"content\":\"" + "x".repeat(MEBIBYTE - 100) + "\"}";
    String append =
        "{\"key\":\"k\",\"createIfMissing\":true,\"messages\":["
            + String.join(",", Collections.nCopies(12, message))
            + "]}";
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> stored =
          server.send(
              "POST", "/v1/agents/" + agentId + "/messages:append", server.rootKey(), append);
      assertThat(stored.statusCode()).describedAs(stored.body()).isEqualTo(200);
    }
    String body = "{\"sessionKey\":\"k\"}";
    return "POST /api/v1/agents/"
        + agentId
        + "/sessions/history HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "Authorization: Bearer "
        + server.rootKey()
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static void nothingIsInFlight(ServerFixture server) {
    Waiting.until(() -> bytesInFlight(server) == 0, () -> "bytes of an answer that nobody reads");
  }

  private static double bytesInFlight(ServerFixture server) {
    return server
        .send("GET", "/metrics", null, null)
        .body()
        .lines()
        .filter(line -> line.startsWith("parley_bytes_in_flight_bytes "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  private static long rest(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
      }
    } catch (SocketException e) {
      return bytes;
    }
    return bytes;
  }
}
