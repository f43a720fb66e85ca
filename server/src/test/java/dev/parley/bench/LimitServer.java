package dev.parley.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.parley.app.server.transport.Transport;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * Shows what the network stack of this machine can do. The server has the settings of Parley's
 * server, and answers each call on the event loop with prepared bytes.
 */
final class LimitServer {
  /** Printed when the server listens; the port follows. */
  static final String LISTENS = "listens on ";

  private static final String SESSIONS = "/v1/agents/{agent_id}/sessions";

  private LimitServer() {}

  /** Serves the answers of a folder until the process is killed. */
  public static void main(String[] args) throws InvalidProtocolBufferException {
    LimitAnswers answers = new LimitAnswers(Path.of(args[0]));
    ServerBuilder builder = Server.builder().http(new InetSocketAddress("127.0.0.1", 0));
    new Transport(Settings.of(SettingsResolver.read(Map.of(), Map.of(), null))).configure(builder);
    Server server =
        builder
            .service(GrpcService.builder().addService(new LimitService(answers)).build())
            .service(SESSIONS + "/{session_id}", json(answers, LimitAnswers.GET))
            .service(SESSIONS + "/{session_id}/messages", json(answers, LimitAnswers.HISTORY))
            .service(SESSIONS, json(answers, LimitAnswers.LIST))
            .service("/v1/agents/{agent_id}/messages:append", json(answers, LimitAnswers.APPEND))
            .build();
    server.start().join();
    System.out.println(LISTENS + server.activeLocalPort());
  }

  private static HttpService json(LimitAnswers answers, String name) {
    byte[] bytes = answers.jsonBytes(name);
    return (ctx, request) ->
        HttpResponse.of(
            request
                .aggregate()
                .thenApply(body -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, bytes)));
  }
}
