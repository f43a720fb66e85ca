package dev.parley.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.v1.ChatMessage.Role;
import dev.parley.proto.v1.ListMessagesRequest.Order;
import dev.parley.testing.MarkdownBlocks;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleTest {
  private static final Path SERVER = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  @Test
  void example_appendsTwoMessages(@TempDir Path folder) {
    try (ServerFixture server = ServerFixture.start(folder)) {
      String agentId = server.agent("acme").toString();
      append("127.0.0.1:" + server.port(), server.rootKey(), agentId, "api:weather");

      try (ParleyClient client = ParleyClient.builder(server.channel(server.rootKey())).build()) {
        String sessionId = client.getSessionByKey(agentId, "api:weather").getSessionId();
        assertThat(client.messages(agentId, sessionId, Order.OLDEST_FIRST))
            .extracting(message -> message.getContent().getText())
            .containsExactly("Rain?", "No.");
      }
    }
  }

  private static void append(String target, String key, String agentId, String sessionKey) {
    try (ParleyClient client = ParleyClient.builder(target).plaintext().apiKey(key).build();
        Appender appender = client.appender()) {
      var question = appender.append(agentId, sessionKey, ParleyClient.message(Role.USER, "Rain?"));
      var answer =
          appender.append(agentId, sessionKey, ParleyClient.message(Role.ASSISTANT, "No."));
      CompletableFuture.allOf(question, answer).join();
    }
  }

  @Test
  void example_isTheOneOfTheReadme() throws IOException {
    List<String> readme = Files.readAllLines(SERVER.resolveSibling("README.md"));
    String source =
        Files.readString(SERVER.resolve("src/test/java/dev/parley/client/ReadmeExampleTest.java"));
    List<MarkdownBlocks.Block> blocks = MarkdownBlocks.ofSection(readme, "## Java client");

    assertThat(blocks).extracting(MarkdownBlocks.Block::language).containsExactly("java");
    assertThat(source).contains(blocks.get(0).text().indent(4));
  }
}
