package dev.parley.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.SessionProtocol;
import dev.parley.config.Setting;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.GetAgentRequest;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.testing.ServerFixture;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Unusual and invalid calls of gRPC over HTTP/2, frame by frame. */
class GrpcMannersTest {
  private static final int OK = 0;
  private static final int INVALID_ARGUMENT = 3;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;

  private static final String HEALTH = "/grpc.health.v1.Health/Check";
  private static final String GET_AGENT = "/parley.v1.AgentService/GetAgent";

  private static ServerFixture server;
  private static UUID agentId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).flag(Setting.RATE_LIMIT, "off").start();
    agentId = server.agent("acme");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] request() {
    return GetAgentRequest.newBuilder().setAgentId(agentId.toString()).build().toByteArray();
  }

  private static RequestHeadersBuilder headers(String path) {
    return RequestHeaders.builder(HttpMethod.POST, path)
        .set(HttpHeaderNames.CONTENT_TYPE, "application/grpc")
        .set(HttpHeaderNames.TE, "trailers")
        .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + server.rootKey());
  }

  private static byte[] frames(byte[]... messages) {
    ByteBuffer body = ByteBuffer.allocate(100_000);
    for (byte[] message : messages) {
      body.put((byte) 0).putInt(message.length).put(message);
    }
    return Arrays.copyOf(body.array(), body.position());
  }

  private static AggregatedHttpResponse send(RequestHeadersBuilder headers, byte[]... messages) {
    return WebClient.of(SessionProtocol.H2C, Endpoint.of("127.0.0.1", server.port()))
        .execute(headers.build(), HttpData.wrap(frames(messages)))
        .aggregate()
        .join();
  }

  private static void isStatus(AggregatedHttpResponse answer, int status, @Nullable String says) {
    String headers = answer.headers() + " " + answer.trailers();
    assertThat(headers).contains("grpc-status=" + status);
    if (says != null) {
      assertThat(headers).contains(says);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/grpc",
        "application/grpc+proto",
        "application/grpc; charset=utf-8",
        "application/grpc+proto;charset=UTF-8"
      })
  void contentType_withParameters_isGrpc(String type) {
    isStatus(send(headers(GET_AGENT).set(HttpHeaderNames.CONTENT_TYPE, type), request()), OK, null);
  }

  @Test
  void encoding_unknown_unimplementedNamesTheKnown() {
    AggregatedHttpResponse answer =
        send(headers(GET_AGENT).set("grpc-encoding", "snappy"), request());
    isStatus(answer, UNIMPLEMENTED, "grpc-accept-encoding=gzip");
  }

  @Test
  void unary_secondMessage_isRefused() {
    isStatus(send(headers(GET_AGENT), request(), request()), INVALID_ARGUMENT, "one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET_AGENT,
        HEALTH,
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
      })
  void message_thatIsNoProtobuf_invalidArgument(String path) {
    isStatus(send(headers(path), new byte[] {(byte) 0xff, (byte) 0xff}), INVALID_ARGUMENT, null);
  }

  /** It needs no credential, so its limit is 64 KiB. */
  @Test
  void healthRequest_tooLarge_resourceExhausted() {
    isStatus(send(headers(HEALTH), new byte[65_530]), INVALID_ARGUMENT, null);
    isStatus(send(headers(HEALTH), new byte[65_540]), RESOURCE_EXHAUSTED, null);
  }

  @Test
  void answer_ofRpc_isNotStored() {
    assertThat(send(headers(GET_AGENT), request()).headers().get(HttpHeaderNames.CACHE_CONTROL))
        .isEqualTo("no-store");
  }

  /** The limit is 32 KiB. */
  @Test
  void metadata_beyondTheLimit_resourceExhausted() {
    RequestHeadersBuilder some = headers(GET_AGENT).set("x-filler", "x".repeat(30_000));
    RequestHeadersBuilder tooMuch = headers(GET_AGENT).set("x-filler", "x".repeat(33_000));
    isStatus(send(some, request()), OK, null);
    isStatus(send(tooMuch, request()), RESOURCE_EXHAUSTED, "grpc-message=");
  }

  /** The status must arrive even if the call is refused before its body was received. */
  @ParameterizedTest
  @ValueSource(strings = {"h2c", "h1c"})
  void upload_refused_isAnswered(String protocol) {
    byte[] body = new byte[4 << 20];
    WebClient client = WebClient.of(protocol + "://127.0.0.1:" + server.port());
    for (int i = 0; i < 10; i++) {
      AggregatedHttpResponse answer =
          client
              .execute(
                  RequestHeaders.of(
                      HttpMethod.POST,
                      "/v1/agents/" + agentId + "/messages:append",
                      HttpHeaderNames.CONTENT_TYPE,
                      "application/json",
                      HttpHeaderNames.AUTHORIZATION,
                      "Bearer " + server.agentKey(agentId, "agent:read")),
                  HttpData.wrap(body))
              .aggregate()
              .join();
      assertThat(answer.status().code()).isEqualTo(403);
    }
  }

  /** What a client receives of a stream, until it has received a number of messages. */
  private static final class Pieces implements Subscriber<HttpData> {
    private static final int HEADER_BYTES = 5;

    private final int messages;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final CompletableFuture<List<String>> received = new CompletableFuture<>();
    private int pieces;
    private @Nullable Subscription subscription;

    Pieces(int messages) {
      this.messages = messages;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpData data) {
      body.writeBytes(data.array());
      pieces++;
      List<String> complete = complete();
      if (complete.size() == messages) {
        received.complete(complete);
        subscription.cancel();
      }
    }

    /** The complete messages, as text in which their strings can be found. */
    private List<String> complete() {
      ByteBuffer bytes = ByteBuffer.wrap(body.toByteArray());
      List<String> complete = new ArrayList<>();
      while (bytes.remaining() >= HEADER_BYTES) {
        int length = bytes.getInt(bytes.position() + 1);
        if (length > bytes.remaining() - HEADER_BYTES) {
          break;
        }
        byte[] message = new byte[length];
        bytes.position(bytes.position() + HEADER_BYTES).get(message);
        complete.add(new String(message, UTF_8));
      }
      return complete;
    }

    @Override
    public void onError(Throwable failure) {
      received.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      received.completeExceptionally(new AssertionError("The stream has ended."));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, true",
    "application/grpc-web+proto, true",
    "application/grpc+json, false"
  })
  void watch_messagesOfLaterChunks_areSentTogether(String type, boolean together) {
    int messages = 400;
    for (int first = 0; first < messages; first += 100) {
      AppendMessagesRequest.Builder append =
          AppendMessagesRequest.newBuilder()
              .setAgentId(agentId.toString())
              .setKey(type)
              .setCreateIfMissing(true);
      for (int i = first; i < first + 100; i++) {
        append.addMessages(
            ChatMessage.newBuilder()
                .setRole(ChatMessage.Role.USER)
                .setContent(Content.newBuilder().setText("message %03d".formatted(i))));
      }
      isStatus(
          send(headers("/parley.v1.SessionService/AppendMessages"), append.build().toByteArray()),
          OK,
          null);
    }
    byte[] watch =
        type.endsWith("json")
            ? "{\"agentId\":\"%s\",\"key\":\"%s\"}".formatted(agentId, type).getBytes(UTF_8)
            : WatchSessionsRequest.newBuilder()
                .setAgentId(agentId.toString())
                .setKey(type)
                .build()
                .toByteArray();
    Pieces pieces = new Pieces(messages + 1);
    WebClient.builder(SessionProtocol.H2C, Endpoint.of("127.0.0.1", server.port()))
        .maxResponseLength(0)
        .build()
        .execute(
            headers("/parley.v1.WatchService/WatchSessions")
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .build(),
            HttpData.wrap(frames(watch)))
        .split()
        .body()
        .subscribe(pieces);

    List<String> received = pieces.received.orTimeout(1, TimeUnit.MINUTES).join();
    for (int i = 0; i < messages; i++) {
      assertThat(received.get(i)).contains("message %03d".formatted(i));
    }
    assertThat(pieces.pieces < messages / 2).as("pieces: " + pieces.pieces).isEqualTo(together);
  }
}
