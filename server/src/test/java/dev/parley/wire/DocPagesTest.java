package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The specification from which the pages under {@code /docs/} are built. */
class DocPagesTest {

  @Test
  void specification_everyRpc_isDescribedAndHasAnExample(@TempDir Path folder) {
    JsonNode pages;
    try (ServerFixture server = ServerFixture.start(folder)) {
      // The first request upgrades the connection to HTTP/2. If the answer is large, the
      // JDK's client sometimes reads the body as a frame.
      assertThat(server.send("GET", "/healthz", null, null).statusCode()).isEqualTo(200);
      HttpResponse<String> answer = server.send("GET", "/docs/specification.json", null, null);
      pages = JsonBodies.tree(answer.body());
      assertThat(server.send("HEAD", "/docs/specification.json", null, null).statusCode())
          .isEqualTo(200);
      assertThat(server.send("GET", "/docs/specification.json", null, null).body())
          .isEqualTo(answer.body());
    }
    assertThat(pages.at("/services/0/name").asText()).startsWith("parley.v1.");

    assertThat(Rpc.all())
        .allSatisfy(
            rpc -> {
              assertThat(pages.at("/docStrings").path(rpc.toString()).path("docString").asText())
                  .isNotBlank();
              assertThat(example(pages, rpc.toString())).isNotBlank();
            });
  }

  private static String example(JsonNode pages, String rpc) {
    for (JsonNode service : pages.at("/services")) {
      for (JsonNode method : service.at("/methods")) {
        if ((service.get("name").asText() + "/" + method.get("name").asText()).equals(rpc)) {
          return method.at("/exampleRequests/0").asText();
        }
      }
    }
    return "";
  }
}
