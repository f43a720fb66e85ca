package dev.parley.app.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
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

/** Faults that anybody who reaches the port can cause: counted, not logged. */
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
      assertThatThrownBy(() -> server.send("GET", "/healthz", null, null))
          .hasRootCauseInstanceOf(IOException.class);
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
}
