package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import dev.parley.auth.KeySecret;
import dev.parley.config.Setting;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that break a rule of HTTP while their credential is being looked up. */
class SlowCredentialTest {
  private static final int BYTES_MAX = 2048;

  private final FaultyStore faults = new FaultyStore();
  private final String key = KeySecret.random(KeySecret.Kind.AGENT, new SecureRandom()).text();
  private ServerFixture server;

  @BeforeEach
  void start(@TempDir Path folder) {
    faults.answer("findApiKey", new CompletableFuture<>());
    server =
        ServerFixture.in(folder)
            .wrap(faults::around)
            .flag(Setting.REQUEST_BYTES_MAX, Integer.toString(BYTES_MAX))
            .flag(Setting.CONTENT_BYTES_MAX, "1024")
            .flag(Setting.REQUEST_TIMEOUT_SECONDS, "10")
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tooLongMessage_overGrpc_resourceExhausted() {
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                SessionServiceGrpc.newBlockingStub(server.channel(key))
                    .withDeadlineAfter(5, TimeUnit.SECONDS)
                    .getSession(
                        GetSessionRequest.newBuilder().setKey("ü".repeat(BYTES_MAX)).build()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("The request is larger than 2048 bytes.");
    assertThat(StatusProto.fromThrowable(failure).getDetailsList())
        .anySatisfy(
            detail -> {
              assertThat(detail.unpack(ErrorInfo.class).getReason()).isEqualTo("REQUEST_TOO_LARGE");
            });
  }

  @Test
  void tooLongBody_overRest_413() {
    var answer = server.send("POST", "/v1/agents", key, "{\"owner\":\"" + "a".repeat(4096) + "\"}");

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("REQUEST_TOO_LARGE");
  }
}
