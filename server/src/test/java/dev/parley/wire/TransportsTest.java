package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.parley.api.grpc.GrpcJson;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.Grpcurl;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.RawHttp;
import dev.parley.testing.ServerFixture;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An RPC returns the same answer to a stub, grpcurl, curl and a browser. */
class TransportsTest {
  private static final String BLOCKS = "[{\"type\":\"text\",\"n\":1.10}]";
  private static ServerFixture server;
  private static UUID agentId;
  private static String sessionId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
    agentId = server.agent("acme");
    sessionId =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .appendMessages(
                AppendMessagesRequest.newBuilder()
                    .setAgentId(agentId.toString())
                    .setKey("k")
                    .setCreateIfMissing(true)
                    .addMessages(message("m1").setContent(Content.newBuilder().setText("hé🙂\0")))
                    .addMessages(
                        message("m2")
                            .setContent(
                                Content.newBuilder().setBlocks(Json.newBuilder().setValue(BLOCKS))))
                    .build())
            .getSession()
            .getSessionId();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ChatMessage.Builder message(String id) {
    return ChatMessage.newBuilder().setMessageId(id).setRole(ChatMessage.Role.USER);
  }

  private static ListMessagesRequest request() {
    return ListMessagesRequest.newBuilder()
        .setAgentId(agentId.toString())
        .setSessionId(sessionId)
        .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
        .build();
  }

  @Test
  void stub_getsWhatWasSent() {
    var messages =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .listMessages(request())
            .getMessagesList();
    assertThat(messages.get(0).getContent().getText()).isEqualTo("hé🙂\0");
    assertThat(messages.get(1).getContent().getBlocks().getValue()).isEqualTo(BLOCKS);
  }

  @Test
  void curl_getsTheStringAndTheArray() {
    HttpResponse<String> answer =
        server.send(
            "GET",
            "/v1/agents/" + agentId + "/sessions/" + sessionId + "/messages?order=OLDEST_FIRST",
            server.rootKey(),
            null);
    assertThat(JsonBodies.text(answer.body(), "/messages/0/content")).isEqualTo("hé🙂\0");
    assertThat(answer.body()).contains("\"content\":" + BLOCKS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1alpha"})
  void grpcurl_learnsTheRpcFromReflection(String version) {
    Grpcurl.Result result =
        Grpcurl.run(
            "-plaintext",
            "-reflect-version",
            version,
            "-H",
            "Authorization: Bearer " + server.rootKey(),
            "-d",
            "{\"agentId\":\"%s\",\"sessionId\":\"%s\"}".formatted(agentId, sessionId),
            "127.0.0.1:" + server.port(),
            "parley.v1.SessionService/ListMessages");
    assertThat(result.err()).isEmpty();
    assertThat(JsonBodies.text(result.out(), "/messages/0/content/blocks/value")).isEqualTo(BLOCKS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gproto-web", "gproto-web-text", "gjson", "gjson-web"})
  void otherFormats_getTheSame(String format) {
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        GrpcClients.builder(format + "+http://127.0.0.1:" + server.port())
            .addHeader("authorization", "Bearer " + server.rootKey())
            .jsonMarshallerFactory(service -> new GrpcJson())
            .build(SessionServiceGrpc.SessionServiceBlockingStub.class);
    var messages = stub.listMessages(request()).getMessagesList();
    assertThat(messages.get(1).getContent().getBlocks().getValue()).isEqualTo(BLOCKS);
  }

  @Test
  void grpcWeb_badKey_unauthenticated() {
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        GrpcClients.newClient(
            "gproto-web+http://127.0.0.1:" + server.port(),
            SessionServiceGrpc.SessionServiceBlockingStub.class);
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class, () -> stub.listMessages(request()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  /** The pages under /docs send JSON to the gRPC path of the RPC. */
  @Test
  void docsPage_sendsJsonToTheRpcPath() {
    HttpResponse<String> answer =
        server.send(
            "POST",
            "/parley.v1.SessionService/ListMessages",
            server.rootKey(),
            "{\"agentId\":\"%s\",\"sessionId\":\"%s\"}".formatted(agentId, sessionId));
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"content\":" + BLOCKS);
    assertThat(
            server.send("POST", "/parley.v1.SessionService/ListMessages", null, "{}").statusCode())
        .isEqualTo(401);
  }

  /** An RPC without side effects also has only the GET routes of its HTTP rule. */
  @Test
  void rpcPath_get_isNoRoute() {
    String path = "/parley.v1.SessionService/ListMessages";
    for (String query : new String[] {"", "?message=%7B%7D&encoding=json"}) {
      assertThat(server.send("GET", path + query, server.rootKey(), null).statusCode())
          .isBetween(404, 405);
    }
  }

  @Test
  void health_overBothProtocols() {
    assertThat(server.send("GET", "/healthz", null, null).statusCode()).isEqualTo(200);
    assertThat(
            HealthGrpc.newBlockingStub(server.channel())
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void docs_haveEveryService() {
    assertThat(server.send("GET", "/docs/", null, null).statusCode()).isEqualTo(200);
    String specification = server.send("GET", "/docs/specification.json", null, null).body();
    assertThat(JsonBodies.tree(specification).get("services").findValuesAsText("name"))
        .contains("parley.v1.SessionService", "guayaba.v1.SessionService");
  }

  /** Error details are in headers, and clients accept only a few KiB of headers. */
  @Test
  void violations_aThousand_fitIntoHeaders() {
    AppendMessagesRequest.Builder request =
        AppendMessagesRequest.newBuilder().setAgentId(agentId.toString()).setKey("k");
    for (int i = 0; i < 1000; i++) {
      request.addMessages(ChatMessage.getDefaultInstance());
    }
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class, () -> stub.appendMessages(request.build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription()).contains("and 1997 more");
  }

  /** Clients accept answers of 4 MiB by default, and their messages are already stored. */
  @Test
  void append_ofFiveMebibytes_answeredWithoutContent() {
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
    AppendMessagesRequest.Builder request =
        AppendMessagesRequest.newBuilder()
            .setAgentId(agentId.toString())
            .setKey("large")
            .setCreateIfMissing(true);
    for (int i = 0; i < 5; i++) {
      request.addMessages(
          message("large" + i).setContent(Content.newBuilder().setText("x".repeat(1 << 20))));
    }
    AppendMessagesResponse response = stub.appendMessages(request.build());
    assertThat(response.getMessagesList())
        .hasSize(5)
        .allMatch(message -> !message.hasContent() && message.getSequence() > 0);
    ListMessagesRequest.Builder list =
        request().toBuilder().setSessionId(response.getSession().getSessionId());
    List<Long> sequences = new ArrayList<>();
    ListMessagesResponse page;
    do {
      page = stub.listMessages(list.build());
      page.getMessagesList().forEach(message -> sequences.add(message.getSequence()));
      list.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    assertThat(sequences).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void lists_ofLargeMetadata_fitDefaultClients() {
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
    UUID other = server.agent("large");
    Json metadata = Json.newBuilder().setValue("{\"a\":\"" + "x".repeat(60_000) + "\"}").build();
    for (int i = 0; i < 80; i++) {
      stub.createSession(
          CreateSessionRequest.newBuilder()
              .setAgentId(other.toString())
              .setSession(Session.newBuilder().setMetadata(metadata))
              .build());
    }
    ListSessionsRequest.Builder list =
        ListSessionsRequest.newBuilder().setAgentId(other.toString()).setPageSize(1000);
    ListSessionsResponse first = stub.listSessions(list.build());
    ListSessionsResponse second =
        stub.listSessions(list.setPageToken(first.getNextPageToken()).build());
    assertThat(first.getSessionsCount() + second.getSessionsCount()).isEqualTo(80);
    assertThat(second.hasNextPageToken()).isFalse();
  }

  @Test
  void message_thatIsNoProtobuf_invalidArgumentInOurWords() {
    MethodDescriptor<byte[], byte[]> raw =
        MethodDescriptor.<byte[], byte[]>newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(SessionServiceGrpc.getListMessagesMethod().getFullMethodName())
            .build();
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    server.channel(server.rootKey()),
                    raw,
                    CallOptions.DEFAULT,
                    new byte[] {(byte) 0xff, (byte) 0xff}));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(StatusProto.fromThrowable(failure).getDetailsCount()).isEqualTo(1);
  }

  /** Returns the bytes unchanged. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    static final Bytes MARSHALLER = new Bytes();

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void blocks_thatAreNoJson_refusedOverGrpcToo() {
    for (String blocks : new String[] {"", "[", "[{}] x", "{}", "[1]", "\"a\""}) {
      StatusRuntimeException failure =
          Assertions.catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                      .appendMessages(
                          AppendMessagesRequest.newBuilder()
                              .setAgentId(agentId.toString())
                              .setKey("k")
                              .addMessages(
                                  message("bad")
                                      .setContent(
                                          Content.newBuilder()
                                              .setBlocks(Json.newBuilder().setValue(blocks))))
                              .build()));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).contains("messages[0].content");
    }
  }

  /** The request has no path, so it belongs to no API. */
  @Test
  void asterisk_isNoRoute() {
    RawHttp answer = RawHttp.send(server.port(), "GET", "*");

    assertThat(answer.status()).isBetween(400, 405);
    assertThat(answer.body()).contains("\"status\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00000000ff0a", "0100000003313233", "0200000003313233"})
  void grpcWeb_brokenFrame_isTheCallersFault(String hex) {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + server.rootKey())
                    .header("Content-Type", "application/grpc-web+proto")
                    .header("grpc-encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(HexFormat.of().parseHex(hex))),
            "/parley.v1.SessionService/GetSession");

    String status = answer.headers().firstValue("grpc-status").orElse("") + answer.body();
    assertThat(status).containsPattern("^3|grpc-status: ?3");
  }
}
