package dev.parley.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The response of {@code /} without a key. */
class StartPageTest {
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void browser_isSentToTheConsole() {
    HttpResponse<String> answer =
        server.send(
            request -> request.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), "/");

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("location")).hasValue("/console/");
  }

  @Test
  void otherClient_isToldWhatIsWhere() {
    HttpResponse<String> answer = server.send("GET", "/", null, null);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JsonBodies.text(answer.body(), "/console")).isEqualTo("/console/");
    for (String name :
        new String[] {"console", "reference", "grpcReference", "health", "readiness"}) {
      String path = JsonBodies.text(answer.body(), "/" + name);
      assertThat(server.send("GET", path, null, null).statusCode()).as(path).isEqualTo(200);
    }
  }

  @Test
  void otherMethods_areNotAllowed() {
    assertThat(server.send("POST", "/", server.rootKey(), "{}").statusCode()).isEqualTo(405);
  }
}
