package dev.parley.app.server.pages;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.server.docs.DocServiceBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** Example requests for the pages under {@code /docs}, one per RPC. */
final class DocExamples {
  private static final String RESOURCE = "doc-examples.properties";

  private DocExamples() {}

  /** Adds all examples. */
  static DocServiceBuilder addTo(DocServiceBuilder docs) {
    for (Map.Entry<Object, Object> example : load().entrySet()) {
      String method = (String) example.getKey();
      int slash = method.indexOf('/');
      docs.exampleRequests(
          method.substring(0, slash), method.substring(slash + 1), (String) example.getValue());
    }
    return docs.exampleHeaders(
        HttpHeaders.of(HttpHeaderNames.AUTHORIZATION, "Bearer g_root_<48 hexadecimal digits>"));
  }

  /** The examples by {@code package.Service/Method}. */
  static Properties load() {
    Properties examples = new Properties();
    try (InputStream in = Objects.requireNonNull(DocExamples.class.getResourceAsStream(RESOURCE));
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      examples.load(reader);
    } catch (IOException e) {
      throw new IllegalStateException("The jar lacks " + RESOURCE, e);
    }
    return examples;
  }
}
