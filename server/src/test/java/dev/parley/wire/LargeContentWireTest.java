package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents of 32 MiB, such as screenshots, with the limits raised by settings. */
class LargeContentWireTest {
  private static final int CONTENT_BYTES_MAX = 32 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(CONTENT_BYTES_MAX).build())
              .build());

  private ServerFixture server;
  private UUID agent;

  @Test
  void contentAtTheLimit_isStoredAndReadBack_oneByteMoreIsRefused(@TempDir Path folder)
      throws IOException {
    try (ServerFixture started =
        ServerFixture.in(folder)
            .flag(Setting.CONTENT_BYTES_MAX, Integer.toString(CONTENT_BYTES_MAX))
            .flag(Setting.REQUEST_BYTES_MAX, Integer.toString(2 * CONTENT_BYTES_MAX))
            .flag(Setting.BYTES_IN_FLIGHT_MAX, Integer.toString(8 * CONTENT_BYTES_MAX))
            .start()) {
      server = started;
      agent = server.agent("acme");
      String first = "a".repeat(CONTENT_BYTES_MAX);
      String second = "b".repeat(CONTENT_BYTES_MAX);

      HttpResponse<String> refused = append(first + "x");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("\"field\":\"messages[0].content\"");
      HttpResponse<String> stored = append(first);
      assertThat(stored.statusCode()).isEqualTo(200);
      assertThat(append(second).statusCode()).isEqualTo(200);

      String sessionId = JsonBodies.text(stored.body(), "/session/sessionId");
      assertThat(pages(sessionId)).containsExactly(List.of(first), List.of(second));
    }
  }

  private HttpResponse<String> append(String content) {
    return server.send(
        "POST",
        "/v1/agents/" + agent + "/messages:append",
        server.rootKey(),
        """
        {"key":"k","createIfMissing":true,"responseView":"RESPONSE_VIEW_IDS",\
        "messages":[{"role":"USER","content":"%s"}]}
        """
            .formatted(content));
  }

  /** The contents of each page. A page that is full of bytes has one message. */
  private List<List<String>> pages(String sessionId) throws IOException {
    List<List<String>> pages = new ArrayList<>();
    String token = "";
    while (token != null) {
      HttpResponse<String> answer =
          server.send(
              "GET",
              "/v1/agents/%s/sessions/%s/messages?order=OLDEST_FIRST&pageToken=%s"
                  .formatted(agent, sessionId, token),
              server.rootKey(),
              null);
      assertThat(answer.statusCode()).isEqualTo(200);
      JsonNode page = JSON.readTree(answer.body());
      List<String> contents = new ArrayList<>();
      page.get("messages").forEach(message -> contents.add(message.get("content").textValue()));
      pages.add(contents);
      token = page.path("nextPageToken").textValue();
    }
    return pages;
  }
}
