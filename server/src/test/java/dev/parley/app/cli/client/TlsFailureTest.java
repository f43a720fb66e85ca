package dev.parley.app.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.Main;
import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages of commands about failed TLS connections, with real servers. */
class TlsFailureTest {
  @TempDir private Path folder;
  private TestPki pki;

  @BeforeEach
  void makePki() throws Exception {
    pki = new TestPki(folder);
  }

  @Test
  void unknownAuthority_saysHowToTrustIt() throws Exception {
    try (ServerFixture server = tls(pki.issue("127.0.0.1"))) {
      assertThat(run(server, "https"))
          .contains("The certificate of the server is not known", "--ca");
      assertThat(run(server, "https", "--ca", pki.authority().toString())).isEmpty();
    }
  }

  @Test
  void expiredCertificate_saysSince() throws Exception {
    try (ServerFixture server = tls(pki.issueExpired())) {
      assertThat(run(server, "https", "--ca", pki.authority().toString()))
          .contains("has expired: NotAfter: ");
    }
  }

  @Test
  void otherName_saysSo() throws Exception {
    try (ServerFixture server = tls(pki.issueForHost("other.example"))) {
      assertThat(run(server, "https", "--ca", pki.authority().toString()))
          .contains("does not match the name in --server: ", "127.0.0.1");
    }
  }

  @Test
  void serverWithoutTls_saysUseHttp() {
    try (ServerFixture server = ServerFixture.start(folder.resolve("data"))) {
      assertThat(run(server, "https")).contains("The server speaks plain HTTP", "http://");
    }
  }

  @Test
  void serverWithTls_saysUseHttps() throws Exception {
    try (ServerFixture server = tls(pki.issue("127.0.0.1"))) {
      assertThat(run(server, "http")).contains("use https:// in --server");
    }
  }

  @Test
  void clientCertificateNeeded_saysGiveOne() throws Exception {
    try (ServerFixture server =
        setup(pki.issue("127.0.0.1"))
            .flag(Setting.TLS_CLIENT_CA, pki.authority().toString())
            .start()) {
      assertThat(run(server, "https", "--ca", pki.authority().toString()))
          .contains("requires a client certificate", "--cert-key");
    }
  }

  private ServerFixture.Setup setup(X509Bundle bundle) {
    return ServerFixture.in(folder.resolve("data"))
        .flag(Setting.TLS_CERTIFICATE, pki.certificate("server.pem", bundle).toString())
        .flag(Setting.TLS_KEY, pki.key("server.key", bundle).toString());
  }

  private ServerFixture tls(X509Bundle bundle) {
    return setup(bundle).start();
  }

  /** Runs a command and returns what it prints as errors: one line. */
  private static String run(ServerFixture server, String scheme, String... more) {
    String[] arguments = new String[6 + more.length];
    String url = scheme + "://127.0.0.1:" + server.port();
    String[] first = {"agents", "list", "--server", url, "--key", server.rootKey()};
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int status = Main.run(arguments);
      String text = err.toString(StandardCharsets.UTF_8);
      assertThat(status).as(text).isEqualTo(text.isEmpty() ? 0 : 1);
      assertThat(text.lines().count()).as(text).isLessThanOrEqualTo(1);
      return text;
    } finally {
      System.setErr(before);
    }
  }
}
