package dev.parley.app.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.config.Setting;
import dev.parley.testing.RawHttp;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Faults that any client can cause. They are counted and not logged. */
class ConnectionFaultsTest {
  @TempDir private Path folder;

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @BeforeEach
  void watch() {
    log.start();
    root.addAppender(log);
    ConnectionFaults.countIn(metrics);
  }

  @AfterEach
  void stop() {
    root.detachAppender(log);
    context.getTurboFilterList().removeIf(ConnectionFaults.class::isInstance);
  }

  private double count() {
    return metrics.get("parley.connection.faults").counter().count();
  }

  @Test
  void tls_plainBytesCounted_missingCertificateNotLogged() throws Exception {
    TestPki pki = new TestPki(folder);
    var shown = pki.issue("server");
    try (ServerFixture server =
        ServerFixture.in(folder.resolve("data"))
            .flag(Setting.TLS_CERTIFICATE, pki.certificate("server.pem", shown).toString())
            .flag(Setting.TLS_KEY, pki.key("server.key", shown).toString())
            .flag(Setting.TLS_CLIENT_CA, pki.authority().toString())
            .start()) {
      assertThat(server.send("GET", "/healthz", null, null).statusCode()).isEqualTo(400);
      Waiting.until(() -> count() > 0, () -> "the count of plain bytes: " + count());
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/healthz"))
              .build();
      assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, BodyHandlers.discarding()))
          .isInstanceOf(IOException.class);
    }
    assertThat(log.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .filteredOn(event -> event.getLoggerName().startsWith("com.linecorp.armeria.server.Http"))
        .isEmpty();
  }

  @Test
  void tls_plainHttp_answered400CountedAndOneDebugLine() throws Exception {
    Logger faults = context.getLogger(ConnectionFaults.class);
    faults.setLevel(Level.DEBUG);
    TestPki pki = new TestPki(folder);
    try (ServerFixture server = withTls(pki)) {
      RawHttp answer = RawHttp.send(server.port(), "GET", "/healthz");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.head()).contains("connection: close");
      assertThat(answer.body()).isEqualTo("This port speaks HTTPS. Use https:// in the URL.\n");
      Waiting.until(() -> count() > 0, () -> "the count of plain requests: " + count());

      assertThat(statusOverTls(pki, server)).isEqualTo(200);
      assertThat(count()).isEqualTo(1);
    } finally {
      faults.setLevel(null);
    }
    assertThat(log.list)
        .filteredOn(event -> isOfTransport(event) && event.getLevel().isGreaterOrEqual(Level.INFO))
        .isEmpty();
    assertThat(log.list)
        .filteredOn(event -> event.getLoggerName().equals(ConnectionFaults.class.getName()))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
              assertThat(event.getFormattedMessage()).contains("not an SSL/TLS record");
              assertThat(event.getThrowableProxy()).isNull();
            });
  }

  @Test
  void tls_plainHttp2_closedWithoutAnAnswer() throws Exception {
    TestPki pki = new TestPki(folder);
    try (ServerFixture server = withTls(pki)) {
      assertThatThrownBy(() -> RawHttp.send(server.port(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageNotContaining("400");
      Waiting.until(() -> count() > 0, () -> "the count of plain requests: " + count());

      assertThat(statusOverTls(pki, server)).isEqualTo(200);
    }
  }

  private ServerFixture withTls(TestPki pki) throws Exception {
    var shown = pki.issue("server");
    return ServerFixture.in(folder.resolve("data"))
        .flag(Setting.TLS_CERTIFICATE, pki.certificate("server.pem", shown).toString())
        .flag(Setting.TLS_KEY, pki.key("server.key", shown).toString())
        .start();
  }

  private static int statusOverTls(TestPki pki, ServerFixture server) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(pki.client())
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/healthz"))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static boolean isOfTransport(ILoggingEvent event) {
    return event.getLoggerName().startsWith("com.linecorp.armeria.server.Http")
        || event.getLoggerName().startsWith("io.netty.");
  }
}
