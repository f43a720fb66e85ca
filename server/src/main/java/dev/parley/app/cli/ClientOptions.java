package dev.parley.app.cli;

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

/** How a command reaches the server, and with which key. */
public final class ClientOptions {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:PARLEY_SERVER:-http://127.0.0.1:8080}",
      description = "The server: ${DEFAULT-VALUE} (PARLEY_SERVER).")
  private String server = "";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      defaultValue = "${env:PARLEY_KEY:-}",
      description = "The API key (PARLEY_KEY); default: PARLEY_ROOT_KEY, else root.key in --data.")
  private String key = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:PARLEY_DATA:-./data}",
      description = "The server's data folder, for its root key: ${DEFAULT-VALUE}.")
  private Path data = Path.of("data");

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      defaultValue = "${env:PARLEY_CA}",
      description = "Who vouches for the server, in PEM (PARLEY_CA); default: whom Java trusts.")
  private @Nullable File ca;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      defaultValue = "${env:PARLEY_CERT}",
      description = "The certificate to show to the server, in PEM (PARLEY_CERT).")
  private @Nullable File cert;

  @Option(
      names = "--cert-key",
      paramLabel = "FILE",
      defaultValue = "${env:PARLEY_CERT_KEY}",
      description = "Its private key, in PEM (PARLEY_CERT_KEY).")
  private @Nullable File certKey;

  /** A call to make. */
  public interface Call {
    int on(Channel channel) throws Exception;
  }

  /** Makes calls on a channel that carries the key; the exit status. */
  public int run(Call call) throws Exception {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + secret());
    ManagedChannel channel = connect();
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

  /** The server's data folder. */
  public Path data() {
    return data;
  }

  /** Whether the command line names the data folder. */
  public boolean isDataGiven() {
    return command.commandLine().getParseResult().hasMatchedOption("--data");
  }

  /** Where the server is. */
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
    // The server's answer may be as large as the largest request that it is set to take.
    return Grpc.newChannelBuilderForAddress(
            uri.getHost(), port, plain ? InsecureChannelCredentials.create() : tls())
        .maxInboundMessageSize(Integer.MAX_VALUE)
        .build();
  }

  private ChannelCredentials tls() {
    if ((cert == null) != (certKey == null)) {
      throw new ConfigException("--cert and --cert-key go together.");
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
          "No key: give --key, PARLEY_KEY or PARLEY_ROOT_KEY, or --data with a root.key in it; "
              + file.path()
              + " cannot be read.");
    }
  }
}
