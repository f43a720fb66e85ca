package dev.parley.testing;

import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.CreateAgentRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the packaged server, on a free port of the loopback address. */
public final class ServerProcess implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern LISTENS =
      Pattern.compile("listens on http://127\\.0\\.0\\.1:(\\d+)");
  private static final String DATA = "data";

  private final Path work;
  private final ParleyProcess process;
  private final int port;
  private final ManagedChannel channel;

  private ServerProcess(Path work, ParleyProcess process, int port) {
    this.work = work;
    this.process = process;
    this.port = port;
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /**
   * Starts a server with the data folder {@code data} in {@code work}, and waits until it is ready.
   */
  public static ServerProcess start(Path work, String... flags) {
    return start(work, Map.of(), flags);
  }

  /** The same with additional environment variables. */
  public static ServerProcess start(Path work, Map<String, String> environment, String... flags) {
    return listening(work, ParleyProcess.start(work, environment, arguments(flags)));
  }

  /**
   * The same with these JVM flags, and with full optimization, which processes of tests do not
   * have.
   */
  public static ServerProcess startInJvm(Path work, List<String> jvmFlags, String... flags) {
    return listening(work, ParleyProcess.start(work, jvmFlags, Map.of(), arguments(flags)));
  }

  private static String[] arguments(String... flags) {
    List<String> arguments = new ArrayList<>(List.of("--port", "0", "--data", DATA));
    arguments.addAll(List.of(flags));
    return arguments.toArray(String[]::new);
  }

  private static ServerProcess listening(Path work, ParleyProcess process) {
    try {
      Waiting.until(
          () -> LISTENS.matcher(process.out()).find() || !process.isAlive(), process::err);
      Matcher listens = LISTENS.matcher(process.out());
      if (!listens.find()) {
        throw new AssertionError("Did not start: " + process.err());
      }
      return new ServerProcess(work, process, Integer.parseInt(listens.group(1)));
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  /** The port. */
  public int port() {
    return port;
  }

  /** The base URL, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** The CPU time that the process has used so far, in microseconds. */
  public double cpuMicros() {
    return ProcessHandle.of(pid())
            .flatMap(server -> server.info().totalCpuDuration())
            .orElseThrow()
            .toNanos()
        / 1e3;
  }

  /** The standard output so far. */
  public String out() {
    return process.out();
  }

  /** The standard error output so far. */
  public String err() {
    return process.err();
  }

  /** Its data folder. */
  public Path data() {
    return work.resolve(DATA);
  }

  /** The root key that the server created. */
  public String rootKey() {
    try {
      return Files.readString(data().resolve("root.key")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A gRPC channel that carries the root key. */
  public Channel channel() {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + rootKey());
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Creates an agent. */
  public UUID agent() {
    UUID agentId = UUID.randomUUID();
    var unused =
        AgentServiceGrpc.newBlockingStub(channel())
            .createAgent(
                CreateAgentRequest.newBuilder()
                    .setAgentId(agentId.toString())
                    .setOwner("acme")
                    .build());
    return agentId;
  }

  /** Sends a request without a credential and returns the response. */
  public HttpResponse<String> get(String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(url() + path)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a command on the server with its root key. */
  public ParleyProcess.Result run(String... args) {
    return ParleyProcess.run(
        work, Map.of("PARLEY_SERVER", url(), "PARLEY_DATA", data().toString()), args);
  }

  /** Sends SIGTERM and does not wait. */
  public void terminate() {
    process.terminate();
  }

  /** Sends SIGKILL. */
  public void kill() {
    process.kill();
    process.awaitExit();
  }

  /** Waits for the end of the process and returns its exit status. */
  public int awaitExit() {
    return process.awaitExit();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    process.close();
  }
}
