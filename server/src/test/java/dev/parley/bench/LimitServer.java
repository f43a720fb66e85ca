package dev.parley.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RejectedRouteHandler;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.parley.config.Settings;
import dev.parley.config.Values;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * The most that this machine's network stack can do: a server set as Parley's, on which each call
 * of the workloads is answered at once, on the event loop, with bytes that were there before.
 */
final class LimitServer {
  /** What it prints once it listens, with the port behind it. */
  static final String LISTENS = "listens on ";

  private static final int INITIAL_LINE_BYTES_MAX = 8 * 1024;
  private static final int HEADER_BYTES_MAX = 32 * 1024;
  private static final int FLUSHES_CONSOLIDATED = 256;
  private static final String SESSIONS = "/v1/agents/{agent_id}/sessions";

  private LimitServer() {}

  /** Serves the answers in the folder that is named, until it is killed. */
  public static void main(String[] args) throws InvalidProtocolBufferException {
    LimitAnswers answers = new LimitAnswers(Path.of(args[0]));
    ServerBuilder builder = settings(Server.builder().http(new InetSocketAddress("127.0.0.1", 0)));
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

  /** As the server's own assembly has them. */
  private static ServerBuilder settings(ServerBuilder builder) {
    Settings settings = Settings.of(Values.read(Map.of(), Map.of(), null));
    return builder
        .rejectedRouteHandler(RejectedRouteHandler.FAIL)
        .disableServerHeader()
        .maxRequestLength(settings.requestBytesMax())
        .requestTimeout(settings.requestTimeout())
        .http1MaxInitialLineLength(INITIAL_LINE_BYTES_MAX)
        .http1MaxHeaderSize(HEADER_BYTES_MAX)
        .http2MaxHeaderListSize(HEADER_BYTES_MAX)
        .childChannelPipelineCustomizer(
            pipeline ->
                pipeline.addFirst(new FlushConsolidationHandler(FLUSHES_CONSOLIDATED, true)));
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
