package dev.parley.api.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Example values for the requests of one API. */
final class Examples {
  private final Map<String, JsonNode> requests = new HashMap<>();
  private final Map<String, JsonNode> byField = new HashMap<>();

  /**
   * Reads the examples of {@code service} from {@code requests}.
   *
   * @param requests the JSON of a whole request, by {@code package.Service/Method}
   */
  void add(String service, Map<String, String> requests) {
    requests.forEach(
        (method, json) -> {
          if (method.startsWith(service + "/")) {
            JsonNode request = tree(json);
            this.requests.put(method, request);
            request.properties().forEach(it -> byField.putIfAbsent(it.getKey(), it.getValue()));
          }
        });
  }

  /** Returns an example request of {@code method} with all fields; null if there is none. */
  @Nullable JsonNode request(MethodDescriptor method) {
    return requests.get(method.getService().getFullName() + "/" + method.getName());
  }

  /** Returns an example value for the field, from this method or else from another method. */
  @Nullable JsonNode value(MethodDescriptor method, FieldDescriptor field) {
    JsonNode request = request(method);
    JsonNode own = request == null ? null : request.get(field.getJsonName());
    return own != null ? own : byField.get(field.getJsonName());
  }

  private static JsonNode tree(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The example is not JSON: " + json, e);
    }
  }
}
