package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A replacement for grpcurl. It knows a server only by reflection, so it shows what a client
 * without the protos can do. Flags, output and exit codes are those of grpcurl. The additional flag
 * {@code -reflect-version v1|v1alpha} uses only that version of reflection.
 */
public final class Grpcurl {
  private static final int DEADLINE_SECONDS = 10;
  private static final int EXIT_FAILURE = 1;
  private static final int EXIT_USAGE = 2;

  private final PrintStream out;
  private final PrintStream err;

  private Grpcurl(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The result of a run. */
  public record Result(int exitCode, String out, String err) {}

  /** Runs the program with UTF-8, independent of the charset of the platform. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    System.exit(new Grpcurl(out, err).execute(System.in, args));
  }

  /** Runs it without standard input. */
  public static Result run(String... args) {
    return runWithInput("", args);
  }

  /** Runs it with {@code input} as standard input, for {@code -d @}. */
  public static Result runWithInput(String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        new Grpcurl(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
            .execute(new ByteArrayInputStream(input.getBytes(UTF_8)), args);
    return new Result(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  private int execute(InputStream in, String... args) {
    GrpcurlArguments arguments;
    try {
      arguments = GrpcurlArguments.parse(args, in);
    } catch (IllegalArgumentException | IOException e) {
      err.println(e.getMessage());
      return EXIT_USAGE;
    }
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + arguments.address()).usePlaintext().build();
    try {
      return execute(
          arguments,
          ClientInterceptors.intercept(
              channel, MetadataUtils.newAttachHeadersInterceptor(arguments.headers())));
    } catch (ServerDescriptors.NotFoundException e) {
      err.println(e.getMessage());
      return EXIT_FAILURE;
    } catch (StatusRuntimeException e) {
      err.println(
          "Failed to query the server's descriptors: rpc error: code = "
              + RpcErrorText.codeName(e.getStatus().getCode())
              + " desc = "
              + e.getStatus().getDescription());
      return EXIT_FAILURE;
    } finally {
      channel.shutdownNow();
    }
  }

  private int execute(GrpcurlArguments arguments, Channel channel) {
    Deadline deadline = Deadline.after(DEADLINE_SECONDS, TimeUnit.SECONDS);
    ServerDescriptors descriptors =
        new ServerDescriptors(channel, deadline, arguments.reflectionVersions());
    return switch (arguments.verb()) {
      case LIST -> list(descriptors, arguments.symbol());
      case DESCRIBE -> describe(descriptors, arguments.symbol());
      case CALL -> call(descriptors, new DynamicCall(channel, deadline, out), arguments);
    };
  }

  private int list(ServerDescriptors descriptors, String service) {
    if (service.isEmpty()) {
      descriptors.services().forEach(out::println);
    } else {
      descriptors.service(service).getMethods().stream()
          .map(MethodDescriptor::getFullName)
          .sorted()
          .forEach(out::println);
    }
    return 0;
  }

  private int describe(ServerDescriptors descriptors, String symbol) {
    List<String> symbols = symbol.isEmpty() ? descriptors.services() : List.of(symbol);
    for (String name : symbols) {
      GenericDescriptor found = descriptors.find(name);
      out.println(DescriptorText.of(found));
    }
    return 0;
  }

  private int call(ServerDescriptors descriptors, DynamicCall call, GrpcurlArguments arguments) {
    String symbol = arguments.symbol();
    int end = Math.max(symbol.lastIndexOf('/'), symbol.lastIndexOf('.'));
    if (end <= 0) {
      err.println("Error invoking method \"" + symbol + "\": not service/method");
      return EXIT_FAILURE;
    }
    ServiceDescriptor service = descriptors.service(symbol.substring(0, end));
    MethodDescriptor method = service.findMethodByName(symbol.substring(end + 1));
    if (method == null) {
      err.printf(
          "Error invoking method \"%s\": service \"%s\" does not include a method named \"%s\"%n",
          symbol, service.getFullName(), symbol.substring(end + 1));
      return EXIT_FAILURE;
    }
    try {
      call.run(method, arguments.data());
      return 0;
    } catch (StatusRuntimeException e) {
      err.print(new RpcErrorText(descriptors).of(e));
      return 64 + e.getStatus().getCode().value();
    } catch (IOException e) {
      err.println("Error invoking method \"" + symbol + "\": " + e.getMessage());
      return EXIT_FAILURE;
    }
  }
}
