package dev.parley.app.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.app.Main;
import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import io.grpc.StatusRuntimeException;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents that are too large for gRPC, exported from a server that requires certificates. */
class RestMessagesTest {
  private static final String CONTENT = "x".repeat(4 << 20);
  private static final String NOTHING = new UUID(0, 0).toString();

  @TempDir private Path folder;

  @Test
  void export_overMutualTls_hasTheContent() throws Exception {
    UUID agent = fill();
    TestPki pki = new TestPki(folder);
    X509Bundle shown = pki.issue("127.0.0.1");
    X509Bundle client = pki.issue("client");
    Path file = folder.resolve("out.jsonl");
    try (ServerFixture server =
        ServerFixture.in(folder.resolve("data"))
            .flag(Setting.TLS_CERTIFICATE, pki.certificate("server.pem", shown).toString())
            .flag(Setting.TLS_KEY, pki.key("server.key", shown).toString())
            .flag(Setting.TLS_CLIENT_CA, pki.authority().toString())
            .start()) {
      String[] arguments = {
        "export",
        "--server",
        "https://127.0.0.1:" + server.port(),
        "--key",
        server.rootKey(),
        "--ca",
        pki.authority().toString(),
        "--cert",
        pki.certificate("client.pem", client).toString(),
        "--cert-key",
        pki.key("client.key", client).toString(),
        "--agent",
        agent.toString(),
        file.toString()
      };
      assertThat(Main.run(arguments)).isZero();
    }
    assertThat(file).content().contains(CONTENT);
  }

  @Test
  void get_ofAnUnknownSession_namesTheMessage() {
    try (ServerFixture server = ServerFixture.start(folder.resolve("data"));
        RestMessages messages =
            new RestMessages(
                "http://127.0.0.1:" + server.port(), server.rootKey(), null, null, null)) {
      assertThatThrownBy(() -> messages.get(NOTHING, NOTHING, 7))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("Message 7 of session " + NOTHING)
          .hasMessageContaining("404");
    }
  }

  private UUID fill() {
    try (ServerFixture server = ServerFixture.start(folder.resolve("data"))) {
      UUID agent = server.agent("acme");
      String body =
          """
          {"key":"k","createIfMissing":true,"messages":[{"role":"USER","content":"%s"}]}"""
              .formatted(CONTENT);
      String path = "/v1/agents/" + agent + "/messages:append";
      assertThat(server.send("POST", path, server.rootKey(), body).statusCode()).isEqualTo(200);
      return agent;
    }
  }
}
