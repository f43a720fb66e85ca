package dev.parley.app.cli.client;

import dev.parley.app.server.RootKeyFile;
import dev.parley.auth.KeySecret;
import dev.parley.config.ConfigException;
import dev.parley.config.Setting;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of commands that call a server: its URL, the API key and TLS. */
public final class ClientOptions {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:PARLEY_SERVER:-http://127.0.0.1:8080}",
      description = "URL of the server (PARLEY_SERVER). Default: ${DEFAULT-VALUE}.")
  private String server = "";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      defaultValue = "${env:PARLEY_KEY:-}",
      description = "API key (PARLEY_KEY). Default: PARLEY_ROOT_KEY, or root.key in --data.")
  private String key = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:PARLEY_DATA:-./data}",
      description = "Data folder of the server, to read root.key from. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("data");

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      defaultValue = "${env:PARLEY_CA}",
      description =
          "CA certificates that verify the server, PEM (PARLEY_CA). Default: those of the JVM.")
  private @Nullable File ca;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      defaultValue = "${env:PARLEY_CERT}",
      description = "Client certificate, PEM (PARLEY_CERT).")
  private @Nullable File cert;

  @Option(
      names = "--cert-key",
      paramLabel = "FILE",
      defaultValue = "${env:PARLEY_CERT_KEY}",
      description = "Private key of the client certificate, PEM (PARLEY_CERT_KEY).")
  private @Nullable File certKey;

  /** What a command does on its channel. */
  public interface Call {
    /** Makes the calls and returns the exit status. */
    int on(Channel channel) throws Exception;
  }

  /** Makes calls on a channel that sends the API key, and returns the exit status. */
  public int run(Call call) throws Exception {
    String secret = secret();
    return run(connect(), server, secret, call);
  }

  /** Makes calls to a server of this process, whose URL and key are not those of the options. */
  public int run(String url, String secret, Call call) throws Exception {
    server = url;
    return run(connect(), url, secret, call);
  }

  private static int run(ManagedChannel channel, String server, String secret, Call call)
      throws Exception {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + secret);
    try {
      return call.on(
          ClientInterceptors.intercept(
              channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
    } catch (StatusRuntimeException e) {
      throw CallFailedException.of(e, server);
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  /** Reads messages over REST from the server of the options. */
  public RestMessages restMessages() {
    return new RestMessages(server, secret(), ca, cert, certKey);
  }

  /** The data folder of the server. */
  public Path data() {
    return data;
  }

  /** Whether {@code --data} is on the command line. */
  public boolean isDataGiven() {
    return command.commandLine().getParseResult().hasMatchedOption("--data");
  }

  /** The URL of the server. */
  public String server() {
    return server;
  }

  private ManagedChannel connect() {
    URI uri;
    try {
      uri = URI.create(server);
    } catch (IllegalArgumentException e) {
      throw badServer();
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw badServer();
    }
    boolean plain = scheme.equals("http");
    int port = uri.getPort() >= 0 ? uri.getPort() : plain ? 80 : 443;
    // Responses can be as large as the largest request that the server is configured to accept.
    return Grpc.newChannelBuilderForAddress(
            uri.getHost(), port, plain ? InsecureChannelCredentials.create() : tls())
        .maxInboundMessageSize(Integer.MAX_VALUE)
        .build();
  }

  private ChannelCredentials tls() {
    if ((cert == null) != (certKey == null)) {
      throw new ConfigException("--cert and --cert-key must be given together.");
    }
    TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
    try {
      if (ca != null) {
        tls.trustManager(ca);
      }
      if (cert != null && certKey != null) {
        tls.keyManager(cert, certKey);
      }
      return tls.build();
    } catch (IOException e) {
      throw new ConfigException("--ca, --cert or --cert-key cannot be read: " + e.getMessage());
    }
  }

  private ConfigException badServer() {
    return new ConfigException(
        "--server cannot be \"" + server + "\": it must be http://HOST:PORT or https://HOST:PORT.");
  }

  private String secret() {
    if (!key.isEmpty()) {
      return key;
    }
    String root = System.getenv(Setting.ROOT_KEY.environmentName());
    if (root != null && !root.isEmpty()) {
      return root;
    }
    RootKeyFile file = new RootKeyFile(data);
    try {
      KeySecret secret = file.read();
      return secret.text();
    } catch (IOException e) {
      throw new ConfigException(
          "No API key. Set --key, PARLEY_KEY or PARLEY_ROOT_KEY, or --data to a folder with a"
              + " root.key. The file "
              + file.path()
              + " cannot be read.");
    }
  }
}
