package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.parley.api.json.JsonMarshaller;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.Grpcurl;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One rpc, one answer: from a stub, from grpcurl, from curl and from a browser. */
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
            .jsonMarshallerFactory(service -> new JsonMarshaller())
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

  /** The pages under /docs send JSON to the rpc's own path. */
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
}
