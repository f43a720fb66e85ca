package dev.parley.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ServiceConfigFileTest {
  @Test
  void serviceConfigOfTheClient_isThePublishedFile() throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (InputStream file =
        Objects.requireNonNull(
            ServiceConfig.class.getResourceAsStream("/parley-service-config.json"))) {
      JsonNode published = json.readTree(file);

      JsonNode built = json.valueToTree(ServiceConfig.get());

      assertThat(built.equals(ServiceConfigFileTest::compareNumbers, published))
          .describedAs(built.toPrettyString())
          .isTrue();
    }
  }

  /** Gson and Jackson read 100 as a double and as an integer. */
  private static int compareNumbers(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? Double.compare(one.doubleValue(), other.doubleValue())
        : one.equals(other) ? 0 : 1;
  }
}
