package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.parley.config.Setting;
import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import dev.parley.testing.EventReader;
import dev.parley.testing.EventReader.Event;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The timeouts of watches, and of clients that do not read. */
@Timeout(120)
class WatchTimeoutsTest {
  @TempDir Path folder;

  /** The value of a gauge without labels. */
  static int gauge(ServerFixture server, String name) {
    return server
        .send("GET", "/metrics", null, null)
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
        .sum();
  }

  @Test
  void watch_staysOpen_longerThanACall() {
    try (ServerFixture brief =
        ServerFixture.in(folder).flag(Setting.REQUEST_TIMEOUT_SECONDS, "1").start()) {
      UUID agent = brief.agent("acme");
      Iterator<WatchSessionsResponse> grpc =
          WatchServiceGrpc.newBlockingStub(brief.channel(brief.rootKey()))
              .watchSessions(
                  WatchSessionsRequest.newBuilder()
                      .setAgentId(agent.toString())
                      .setHeartbeat(Duration.newBuilder().setSeconds(1))
                      .build());
      try (EventReader rest =
          EventReader.open(
              brief.port(),
              "/v1/agents/" + agent + "/sessions:watch?heartbeat=1s",
              request -> request.header("Authorization", "Bearer " + brief.rootKey()))) {
        assertThat(grpc.next().hasCaughtUp()).isTrue();
        assertThat(rest.next().name()).isEqualTo("caught-up");
        // The timeout is one second, and the server waits a little longer before it
        // aborts a call.
        for (int i = 0; i < 8; i++) {
          assertThat(grpc.next().hasHeartbeat()).isTrue();
          assertThat(rest.nextOrEnd()).isEqualTo(new Event("comment", "", "heartbeat"));
        }
      }
    }
  }

  @Test
  void grpc_callerWhoReadsNothing_isDisconnected() {
    try (ServerFixture brief =
        ServerFixture.in(folder).flag(Setting.WRITE_TIMEOUT_SECONDS, "1").start()) {
      String agent = brief.agent("acme").toString();
      for (int i = 0; i < 4; i++) {
        HttpResponse<String> appended =
            brief.send(
                "POST",
                "/v1/agents/" + agent + "/messages:append",
                brief.rootKey(),
                "{\"key\":\"k\",\"createIfMissing\":true,\"messages\":["
                    + "{\"role\":\"USER\",\"content\":\"%s\"}]}".formatted("x".repeat(900_000)));
        assertThat(appended.statusCode()).isEqualTo(200);
      }
      CompletableFuture<Metadata> begun = new CompletableFuture<>();
      ClientCall<WatchSessionsRequest, WatchSessionsResponse> call =
          brief
              .channel(brief.rootKey())
              .newCall(WatchServiceGrpc.getWatchSessionsMethod(), CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onHeaders(Metadata headers) {
              begun.complete(headers);
            }
          },
          new Metadata());
      call.sendMessage(WatchSessionsRequest.newBuilder().setAgentId(agent).setKey("k").build());
      call.halfClose();
      begun.join();

      // The client never requests a message.
      Waiting.until(() -> gauge(brief, "parley_watches") == 0, () -> "the end of the watch");
      Waiting.until(
          () -> gauge(brief, "parley_bytes_in_flight_bytes") == 0, () -> "no bytes in flight");
    }
  }
}
