package dev.parley.api.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Example values for the requests of one face. */
final class Examples {
  private final Map<String, JsonNode> requests = new HashMap<>();
  private final Map<String, JsonNode> byField = new HashMap<>();

  /**
   * Takes what it finds of {@code service} in {@code requests}.
   *
   * @param requests by {@code package.Service/Method}, each the JSON of a whole request
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

  /** A request of {@code method}, all fields in one; null if there is none. */
  @Nullable JsonNode request(MethodDescriptor method) {
    return requests.get(method.getService().getFullName() + "/" + method.getName());
  }

  /** A value for the field: of this method's example, or else of another's. */
  @Nullable JsonNode value(MethodDescriptor method, FieldDescriptor field) {
    JsonNode request = request(method);
    JsonNode own = request == null ? null : request.get(field.getJsonName());
    return own != null ? own : byField.get(field.getJsonName());
  }

  private static JsonNode tree(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("No JSON: " + json, e);
    }
  }
}
