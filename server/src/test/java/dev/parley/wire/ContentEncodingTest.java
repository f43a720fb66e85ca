package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that are not UTF-8 are refused in every encoding. Bodies in gzip are read. */
class ContentEncodingTest {
  private static ServerFixture server;
  private static UUID agentId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
    agentId = server.agent("acme");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void content_notUtf8_isRefusedByItsField() {
    ByteString half = ByteString.copyFrom(new byte[] {'a', (byte) 0xC3});
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
    AppendMessagesRequest request =
        AppendMessagesRequest.newBuilder()
            .setAgentId(agentId.toString())
            .setKey("k")
            .addMessages(message("t").setContent(Content.newBuilder().setTextBytes(half)))
            .addMessages(
                message("b")
                    .setContent(
                        Content.newBuilder().setBlocks(Json.newBuilder().setValueBytes(half))))
            .addMessages(
                message("m")
                    .setContent(Content.newBuilder().setText("m"))
                    .setMetadata(Json.newBuilder().setValueBytes(half)))
            .build();

    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class, () -> stub.appendMessages(request));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription())
        .contains("messages[0].content must be UTF-8")
        .contains("messages[1].content.blocks must be UTF-8")
        .contains("messages[2].metadata must be UTF-8");
  }

  /** The server checks the bytes of a body, whatever charset the request declares. */
  @ParameterizedTest
  @CsvSource({
    "application/protobuf, false",
    "application/x-protobuf, false",
    "application/grpc, true"
  })
  void content_notUtf8_isRefusedHoweverItIsFramed(String type, boolean framed) {
    byte[] message =
        AppendMessagesRequest.newBuilder()
            .setAgentId(agentId.toString())
            .setKey("k")
            .addMessages(
                message("t")
                    .setContent(
                        Content.newBuilder()
                            .setTextBytes(ByteString.copyFrom(new byte[] {(byte) 0xFF}))))
            .build()
            .toByteArray();
    ByteBuffer body = ByteBuffer.allocate(message.length + 5);
    if (framed) {
      body.put((byte) 0).putInt(message.length);
    }
    body.put(message);

    AggregatedHttpResponse answer =
        WebClient.of("http://127.0.0.1:" + server.port())
            .execute(
                RequestHeaders.of(
                    HttpMethod.POST,
                    "/parley.v1.SessionService/AppendMessages?x=/",
                    HttpHeaderNames.CONTENT_TYPE,
                    type,
                    HttpHeaderNames.AUTHORIZATION,
                    "Bearer " + server.rootKey()),
                HttpData.wrap(body.array(), 0, body.position()))
            .aggregate()
            .join();

    assertThat(answer.headers() + answer.contentUtf8())
        .containsPattern("must( |%20)be( |%20)UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"gzip, 400", "br, 415", "deflate, 415", "identity, 400"})
  void contentEncoding_unreadable_refused(String encoding, int status) {
    assertThat(encoded(encoding, new byte[] {31, -117, 8}).statusCode()).isEqualTo(status);
  }

  @Test
  void contentEncoding_gzip_isRead() throws IOException {
    HttpResponse<String> answer = encoded("gzip", gzip("{\"key\":\"zipped\"}"));
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    assertThat(JsonBodies.text(answer.body(), "/key")).isEqualTo("zipped");
  }

  /** The limit of a body counts after decompression. */
  @Test
  void contentEncoding_gzipOfTooMuch_413() throws IOException {
    String spaces = " ".repeat((16 << 20) - 2);
    assertThat(encoded("gzip", gzip("{}" + spaces)).statusCode()).isEqualTo(200);
    assertThat(encoded("gzip", gzip("{} " + spaces)).statusCode()).isEqualTo(413);
  }

  private HttpResponse<String> encoded(String encoding, byte[] body) {
    return server.send(
        request ->
            request
                .header("Authorization", "Bearer " + server.rootKey())
                .header("Content-Type", "application/json")
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofByteArray(body)),
        "/v1/agents/" + agentId + "/sessions");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return zipped.toByteArray();
  }

  private static ChatMessage.Builder message(String id) {
    return ChatMessage.newBuilder().setMessageId(id).setRole(ChatMessage.Role.USER);
  }
}
