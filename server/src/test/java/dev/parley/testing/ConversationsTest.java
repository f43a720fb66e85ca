package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the conversations that other tests import. Each line of a file creates a session, or
 * appends a message to a session of an earlier line.
 */
class ConversationsTest {
  private static final long BYTES_MAX = 400 * 1024;

  static List<Path> files() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(ConversationsTest.class.getResource("/conversations")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void file_eachLine_namesSessionMadeBefore(Path file) throws IOException {
    Map<String, Set<String>> messageIdsByKey = new HashMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      Map<String, String> values = values(line);
      String made = values.get("/session/key");
      if (made != null) {
        assertThat(messageIdsByKey).as("line %d", number).doesNotContainKey(made);
        messageIdsByKey.put(made, new HashSet<>());
      } else {
        assertThat(messageIdsByKey).as("line %d", number).containsKey(values.get("/key"));
        assertThat(messageIdsByKey.get(values.get("/key")).add(values.get("/message/messageId")))
            .as("line %d has a message id of its own", number)
            .isTrue();
        assertThat(values.get("/message/role")).isIn("USER", "ASSISTANT", "SYSTEM", "TOOL");
      }
    }
  }

  /** Enough data to resemble a real store, and little enough to import in each test. */
  @Test
  void files_together_areManyAndSmall() throws IOException, URISyntaxException {
    long bytes = 0;
    Set<String> keys = new HashSet<>();
    int messages = 0;
    for (Path file : files()) {
      bytes += Files.size(file);
      for (String line : Files.readAllLines(file)) {
        Map<String, String> values = values(line);
        if (values.containsKey("/session/key")) {
          // An import of all files must not contain a key twice.
          assertThat(keys.add(values.get("/session/key"))).isTrue();
        } else {
          messages++;
        }
      }
    }

    assertThat(keys).hasSizeBetween(25, 40);
    assertThat(messages).isBetween(250, 400);
    assertThat(bytes).isLessThan(BYTES_MAX);
  }

  /** Returns the scalars of a line by JSON pointer. Fails if the line is not one JSON object. */
  private static Map<String, String> values(String json) throws IOException {
    Map<String, String> values = new HashMap<>();
    List<JsonToken> roots = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isScalarValue()) {
          values.put(parser.getParsingContext().pathAsPointer().toString(), parser.getText());
        }
        if (parser.getParsingContext().inRoot()) {
          roots.add(parser.currentToken());
        }
      }
    }
    assertThat(roots).as(json).containsExactly(JsonToken.END_OBJECT);
    return values;
  }
}
