package dev.parley.app.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.parley.config.ConfigException;
import dev.parley.config.Setting;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import dev.parley.config.TlsSettings;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.ListAgentsRequest;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.OpenSsl;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS: all protocols, client certificates, and certificate files that change. */
class TlsTest {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private Path folder;
  private TestPki pki;
  private X509Bundle shown;
  private Path certificate;
  private Path key;

  @BeforeEach
  void issue() throws Exception {
    pki = new TestPki(folder);
    shown = pki.issue("server");
    certificate = pki.certificate("server.pem", shown);
    key = pki.key("server.key", shown);
  }

  @Test
  void call_everyProtocol_answered() throws Exception {
    try (ServerFixture server = start()) {
      for (HttpClient.Version version : HttpClient.Version.values()) {
        assertThat(get(server, version, pki.client())).isEqualTo(200);
      }
      assertThat(
              stub(server, TlsChannelCredentials.newBuilder())
                  .listAgents(ListAgentsRequest.getDefaultInstance())
                  .getAgentsCount())
          .isZero();
    }
  }

  @Test
  void call_withoutTls_toldToUseIt() throws Exception {
    try (ServerFixture server = start()) {
      HttpResponse<String> answer = server.send("GET", "/healthz", null, null);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("https://");
    }
  }

  /** OpenSSL is faster. A server without TLS does not load it. */
  @Test
  void engine_isOpenSslWithTlsOnly() {
    assertThat(engine(Map.of())).isEqualTo(TlsEngineType.JDK);
    assertThat(
            engine(
                Map.of(
                    Setting.TLS_CERTIFICATE, certificate.toString(),
                    Setting.TLS_KEY, key.toString())))
        .isEqualTo(OpenSsl.isAvailable() ? TlsEngineType.OPENSSL : TlsEngineType.JDK);
  }

  private static TlsEngineType engine(Map<Setting, String> flags) {
    Settings settings = Settings.of(SettingsResolver.read(flags, Map.of(), null));
    ServerBuilder builder =
        Server.builder()
            .service("/", (context, request) -> com.linecorp.armeria.common.HttpResponse.of(200));
    new Transport(settings).listen(builder, new SimpleMeterRegistry());
    return builder.build().config().defaultVirtualHost().tlsEngineType();
  }

  @Test
  void call_clientCertificateNeeded_answeredWithOneOnly() throws Exception {
    X509Bundle client = pki.issue("client");
    X509Bundle stranger = new TestPki(Files.createDirectory(folder.resolve("other"))).issue("x");
    try (ServerFixture server =
        fixture().flag(Setting.TLS_CLIENT_CA, pki.authority().toString()).start()) {
      assertThat(get(server, HttpClient.Version.HTTP_2, pki.client(client))).isEqualTo(200);
      assertThatThrownBy(() -> get(server, HttpClient.Version.HTTP_1_1, pki.client()))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(server, HttpClient.Version.HTTP_1_1, pki.client(stranger)))
          .isInstanceOf(IOException.class);

      AgentServiceGrpc.AgentServiceBlockingStub withOne =
          stub(
              server,
              TlsChannelCredentials.newBuilder()
                  .keyManager(
                      pki.certificate("client.pem", client).toFile(),
                      pki.key("client.key", client).toFile()));
      assertThat(withOne.listAgents(ListAgentsRequest.getDefaultInstance())).isNotNull();
      assertThatThrownBy(
              () ->
                  stub(server, TlsChannelCredentials.newBuilder())
                      .listAgents(ListAgentsRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  /** New connections get the new certificate. An invalid file changes nothing. */
  @Test
  void files_changed_takenUpIfUsable() throws Exception {
    try (ServerFixture server = start()) {
      assertThat(serial(server)).isEqualTo(shown.getCertificate().getSerialNumber());

      X509Bundle next = pki.issue("server");
      pki.key("server.key", next);
      pki.certificate("server.pem", next);
      Waiting.until(
          () -> serial(server).equals(next.getCertificate().getSerialNumber()),
          () -> "the new certificate");

      Files.writeString(certificate, "nonsense");
      X509Bundle last = pki.issue("server");
      assertThat(serial(server)).isEqualTo(next.getCertificate().getSerialNumber());
      pki.certificate("server.pem", last);
      pki.key("server.key", last);
      Waiting.until(
          () -> serial(server).equals(last.getCertificate().getSerialNumber()),
          () -> "the last certificate");
    }
  }

  @Test
  void files_keyOfAnother_refusedNamingThem() throws Exception {
    Path others = pki.key("others.key", pki.issue("other"));

    assertThatThrownBy(
            () -> new Certificates(new TlsSettings(certificate, others, Optional.empty())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls-certificate, tls-key")
        .hasMessageEndingWith("The private key does not match the certificate.");
  }

  private ServerFixture.Setup fixture() {
    return ServerFixture.in(folder.resolve("data"))
        .flag(Setting.TLS_CERTIFICATE, certificate.toString())
        .flag(Setting.TLS_KEY, key.toString());
  }

  private ServerFixture start() {
    return fixture().start();
  }

  private static int get(ServerFixture server, HttpClient.Version version, SSLContext tls)
      throws IOException, InterruptedException {
    HttpResponse<Void> answer =
        HttpClient.newBuilder()
            .sslContext(tls)
            .version(version)
            .build()
            .send(
                HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + server.port() + "/healthz"))
                    .build(),
                BodyHandlers.discarding());
    assertThat(answer.headers().firstValue("strict-transport-security"))
        .hasValue("max-age=31536000");
    return answer.statusCode();
  }

  private BigInteger serial(ServerFixture server) {
    try (SSLSocket socket =
        (SSLSocket) pki.client().getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private AgentServiceGrpc.AgentServiceBlockingStub stub(
      ServerFixture server, TlsChannelCredentials.Builder credentials) throws IOException {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1",
                server.port(),
                credentials.trustManager(pki.authority().toFile()).build())
            .build();
    return AgentServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .withCallCredentials(bearer(server.rootKey()));
  }

  private static CallCredentials bearer(String secret) {
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(
          RequestInfo call, Executor executor, MetadataApplier applier) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + secret);
        applier.apply(headers);
      }
    };
  }
}
