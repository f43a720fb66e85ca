package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the replacement of grpcurl with a gRPC server that is not Parley. */
class GrpcurlTest {
  private static final Metadata.Key<String> CREDENTIAL =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final List<Server> servers = new ArrayList<>();
  private final Queue<String> services = new ConcurrentLinkedQueue<>();
  private final Queue<String> credentials = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stopServers() throws InterruptedException {
    for (Server server : servers) {
      assertThat(server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void list_all_servicesSorted() throws IOException {
    assertThat(run("list"))
        .isEqualTo(ok("grpc.health.v1.Health\ngrpc.reflection.v1.ServerReflection\n"));
  }

  @Test
  void list_service_methods() throws IOException {
    assertThat(run("list", "grpc.health.v1.Health").out())
        .startsWith("grpc.health.v1.Health.Check\n")
        .endsWith("grpc.health.v1.Health.Watch\n");
  }

  @Test
  void list_unknownService_failure() throws IOException {
    Grpcurl.Result result = run("list", "p.Dogs");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("p.Dogs");
  }

  @Test
  void describe_message_source() throws IOException {
    assertThat(run("describe", "grpc.health.v1.HealthCheckResponse"))
        .isEqualTo(
            ok(
                """
                grpc.health.v1.HealthCheckResponse is a message:
                message HealthCheckResponse {
                  .grpc.health.v1.HealthCheckResponse.ServingStatus status = 1;
                  enum ServingStatus {
                    UNKNOWN = 0;
                    SERVING = 1;
                    NOT_SERVING = 2;
                    SERVICE_UNKNOWN = 3;
                  }
                }
                """));
  }

  @Test
  void describe_oneofAndRepeated_source() throws IOException {
    assertThat(run("describe", "grpc.reflection.v1.ServerReflectionRequest").out())
        .contains(
            "  string host = 1;\n  oneof message_request {\n    string file_by_filename = 3;");
    assertThat(run("describe", "grpc.reflection.v1.FileDescriptorResponse").out())
        .contains("  repeated bytes file_descriptor_proto = 1;\n");
  }

  @Test
  void describe_method_requestAndResponse() throws IOException {
    assertThat(run("describe", "grpc.health.v1.Health.Watch").out())
        .isEqualTo(
            "grpc.health.v1.Health.Watch is a method:\n"
                + "rpc Watch ( .grpc.health.v1.HealthCheckRequest )"
                + " returns ( stream .grpc.health.v1.HealthCheckResponse );\n");
  }

  @Test
  void describe_all_everyService() throws IOException {
    assertThat(run("describe").out())
        .contains("grpc.health.v1.Health is a service:\nservice Health {\n  rpc Check ( ")
        .contains("grpc.reflection.v1.ServerReflection is a service:\n");
  }

  @Test
  void call_json_printsResponse() throws IOException {
    assertThat(run("-d", "{\"service\":\"Ünï\"}", "grpc.health.v1.Health/Check"))
        .isEqualTo(ok("{\n  \"status\": \"SERVING\"\n}\n"));
    assertThat(services).containsExactly("Ünï");
  }

  @Test
  void call_noDataAndDottedName_sendsEmptyRequest() throws IOException {
    assertThat(run("grpc.health.v1.Health.Check").exitCode()).isZero();
    assertThat(services).containsExactly("");
  }

  @Test
  void call_dataFromInput_isRead() throws IOException {
    String address = start(ProtoReflectionServiceV1.newInstance());
    String[] args = {"-plaintext", "-d", "@", address, "grpc.health.v1.Health/Check"};

    assertThat(Grpcurl.runWithInput("{\"service\":\"dogs\"}", args).exitCode()).isZero();
    assertThat(services).containsExactly("dogs");
  }

  @Test
  void call_serverStreaming_printsEach() throws IOException {
    assertThat(run("grpc.health.v1.Health/Watch").out())
        .isEqualTo("{\n  \"status\": \"SERVING\"\n}\n{\n  \"status\": \"NOT_SERVING\"\n}\n");
  }

  @Test
  void call_header_goesWithReflectionAndCall() throws IOException {
    run("-H", "Authorization: Bearer a:b", "grpc.health.v1.Health/Check");

    assertThat(credentials).hasSizeGreaterThanOrEqualTo(2).containsOnly("Bearer a:b");
  }

  @Test
  void call_error_codeMessageDetailsAndExitCode() throws IOException {
    Grpcurl.Result result = run("-d", "{\"service\":\"none\"}", "grpc.health.v1.Health/Check");

    assertThat(result)
        .isEqualTo(
            new Grpcurl.Result(
                64 + 5,
                "",
                """
                ERROR:
                  Code: NotFound
                  Message: no such dog
                  Details:
                  1)\t{
                    \t  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    \t  "reason": "DOG_NOT_FOUND"
                    \t}
                  2)\t{"@type": "type.googleapis.com/google.protobuf.StringValue",\
                 "@value": "CgFh"}
                """));
  }

  @Test
  void call_unknownMethodOrBadJson_failure() throws IOException {
    assertThat(run("grpc.health.v1.Health/Bark").err())
        .contains("does not include a method named \"Bark\"");
    assertThat(run("-d", "{\"dog\":1}", "grpc.health.v1.Health/Check"))
        .satisfies(result -> assertThat(result.exitCode()).isEqualTo(1))
        .satisfies(result -> assertThat(result.err()).contains("dog"));
    assertThat(services).isEmpty();
  }

  @Test
  void reflection_onlyAlpha_fallsBack() throws IOException {
    String address = start(alpha());

    assertThat(Grpcurl.run("-plaintext", address, "grpc.health.v1.Health/Check").exitCode())
        .isZero();
    assertThat(Grpcurl.run("-plaintext", "-reflect-version", "v1", address, "list").err())
        .contains("server does not support the reflection API");
  }

  @Test
  void reflection_bothVersions_eachCanBeForced() throws IOException {
    String address = start(alpha(), ProtoReflectionServiceV1.newInstance());

    for (String version : List.of("v1", "v1alpha")) {
      assertThat(Grpcurl.run("-plaintext", "-reflect-version", version, address, "list").out())
          .startsWith("grpc.health.v1.Health\n");
    }
  }

  @Test
  void reflection_noServer_failure() throws IOException {
    String address = start();
    servers.get(0).shutdownNow();

    Grpcurl.Result result = Grpcurl.run("-plaintext", address, "list");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("code = Unavailable");
  }

  @Test
  void arguments_wrong_usage() {
    assertThat(Grpcurl.run("127.0.0.1:1", "list").exitCode()).isEqualTo(2);
    assertThat(Grpcurl.run("-plaintext", "127.0.0.1:1").exitCode()).isEqualTo(2);
    assertThat(Grpcurl.run("-plaintext", "-x", "127.0.0.1:1", "list").err()).contains("-x");
    assertThat(Grpcurl.run("-plaintext", "127.0.0.1:1", "list", "-d").exitCode()).isEqualTo(2);
  }

  /** Runs it with flags before the address of the server, and a verb or method after it. */
  private Grpcurl.Result run(String... args) throws IOException {
    String address = start(ProtoReflectionServiceV1.newInstance());
    int words = List.of("list", "describe").contains(args[0]) ? args.length : 1;
    Stream<String> flags = Stream.of(args).limit(args.length - words);
    Stream<String> rest = Stream.of(args).skip(args.length - words);
    return Grpcurl.run(
        Stream.of(Stream.of("-plaintext"), flags, Stream.of(address), rest)
            .flatMap(part -> part)
            .toArray(String[]::new));
  }

  private static Grpcurl.Result ok(String out) {
    return new Grpcurl.Result(0, out, "");
  }

  /** Deprecated, but old clients support only this version. */
  @SuppressWarnings("deprecation")
  private static BindableService alpha() {
    return ProtoReflectionService.newInstance();
  }

  private String start(BindableService... reflection) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Health())
            .intercept(new Credentials());
    for (BindableService service : reflection) {
      builder.addService(service);
    }
    Server server = builder.build().start();
    servers.add(server);
    return "127.0.0.1:" + server.getPort();
  }

  private class Health extends HealthGrpc.HealthImplBase {
    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answers) {
      services.add(request.getService());
      if (request.getService().equals("none")) {
        answers.onError(
            StatusProto.toStatusRuntimeException(
                com.google.rpc.Status.newBuilder()
                    .setCode(Code.NOT_FOUND_VALUE)
                    .setMessage("no such dog")
                    .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("DOG_NOT_FOUND").build()))
                    .addDetails(Any.pack(StringValue.of("a")))
                    .build()));
        return;
      }
      answers.onNext(status(ServingStatus.SERVING));
      answers.onCompleted();
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answers) {
      answers.onNext(status(ServingStatus.SERVING));
      answers.onNext(status(ServingStatus.NOT_SERVING));
      answers.onCompleted();
    }

    private static HealthCheckResponse status(ServingStatus status) {
      return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
  }

  private class Credentials implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      credentials.add(String.valueOf(headers.get(CREDENTIAL)));
      return next.startCall(call, headers);
    }
  }
}
