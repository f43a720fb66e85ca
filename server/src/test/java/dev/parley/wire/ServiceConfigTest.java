package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service config that is published with the stubs. */
class ServiceConfigTest {
  private static final String FILE = "/parley-service-config.json";
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static Map<String, Object> config() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SessionServiceGrpc.class.getResourceAsStream(FILE))) {
      // gRPC expects all numbers as doubles.
      Map<String, Object> config =
          new JsonMapper().readValue(in, new TypeReference<Map<String, Object>>() {});
      return doubles(config);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T doubles(T value) {
    if (value instanceof Map<?, ?> map) {
      ((Map<String, Object>) map).replaceAll((name, member) -> doubles(member));
    } else if (value instanceof List<?> list) {
      ((List<Object>) list).replaceAll(ServiceConfigTest::doubles);
    } else if (value instanceof Integer number) {
      return (T) Double.valueOf(number);
    }
    return value;
  }

  @Test
  void retries_exactlyTheUnaryRpcsThatAreSafeToRetry() throws IOException {
    List<String> safe =
        Rpc.SERVICES.stream()
            .filter(service -> service.getName().startsWith("parley.v1."))
            .flatMap(service -> service.getMethods().stream())
            .filter(method -> method.getType() == MethodDescriptor.MethodType.UNARY)
            .filter(method -> method.isSafe() || method.isIdempotent())
            .map(MethodDescriptor::getFullMethodName)
            .toList();
    Map<?, ?> methods = (Map<?, ?>) ((List<?>) config().get("methodConfig")).get(0);

    assertThat((List<?>) methods.get("name"))
        .extracting(name -> (Map<?, ?>) name)
        .extracting(name -> name.get("service") + "/" + name.get("method"))
        .containsExactlyInAnyOrderElementsOf(safe);
  }

  @Test
  void channel_retriesAReadAndNoCreate(@TempDir Path folder) throws Exception {
    FaultyStore faults = new FaultyStore();
    try (ServerFixture server = ServerFixture.in(folder).wrap(faults::around).start()) {
      UUID agentId = server.agent("acme");
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port())
              .usePlaintext()
              .defaultServiceConfig(config())
              .build();
      try {
        Metadata headers = new Metadata();
        headers.put(
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
            "Bearer " + server.rootKey());
        SessionServiceGrpc.SessionServiceBlockingStub stub =
            SessionServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        SessionException failure =
            new SessionException(ErrorReason.UNAVAILABLE, "The store is not available.");
        faults.failOnce("listSessions", failure);
        faults.failOnce("createSession", failure);

        assertThat(
                stub.listSessions(
                        ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).build())
                    .getSessionsList())
            .isEmpty();
        assertThatThrownBy(
                () ->
                    stub.createSession(
                        CreateSessionRequest.newBuilder().setAgentId(agentId.toString()).build()))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getTrailers().get(PUSHBACK)).matches("[1-3]\\d{3}"));
        assertThat(faults.asked("listSessions")).isEqualTo(1);
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
