package dev.parley.api.rest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import dev.parley.api.json.JsonNames;
import dev.parley.api.json.TextValues;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the query of a request target. */
final class QueryParameters {
  private static final String QUERY = "query";

  private QueryParameters() {}

  /**
   * Sets the request fields from the parameters of {@code query}.
   *
   * @param query the query without its question mark; null for none
   * @param strict whether unknown and repeated parameters are rejected; otherwise unknown
   *     parameters are ignored and the last of several values applies
   */
  static void read(
      RestRoute route,
      @Nullable String query,
      boolean strict,
      Message.Builder request,
      List<FieldViolation> violations) {
    if (query == null || query.isEmpty()) {
      return;
    }
    Set<FieldDescriptor> seen = new HashSet<>();
    parse(query)
        .forEach(
            (name, texts) -> {
              FieldDescriptor field = route.queryFields().get(name);
              if (field != null && field.isRepeated()) {
                texts.forEach(text -> set(request, field, name, text, violations));
              } else if (field != null) {
                boolean repeated = !seen.add(field) || texts.size() > 1;
                if (repeated && (strict || field.getJavaType() != JavaType.STRING)) {
                  violations.add(FieldViolation.format(name, "must be given once"));
                } else {
                  set(request, field, name, texts.get(texts.size() - 1), violations);
                }
              } else if (route.isField(name)) {
                violations.add(unknown(name, "is not taken from the query"));
              } else if (strict) {
                violations.add(unknown(name, "is not a known query parameter"));
              }
            });
  }

  /** Returns the values of each parameter, in the order in which the parameters first appear. */
  private static Map<String, List<String>> parse(String query) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        values.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
      }
    }
    return values;
  }

  private static FieldViolation unknown(String name, String description) {
    return new FieldViolation(name, Rule.UNKNOWN, 0, description);
  }

  private static void set(
      Message.Builder request,
      FieldDescriptor field,
      String name,
      String text,
      List<FieldViolation> violations) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    FieldDescriptor other = oneof == null ? null : request.getOneofFieldDescriptor(oneof);
    if (other != null && !other.equals(field)) {
      violations.add(
          FieldViolation.format(name, "must not be set with " + JsonNames.of(other.getName())));
      return;
    }
    Object value = TextValues.parse(field, name, text, violations);
    if (value != null && field.isRepeated()) {
      request.addRepeatedField(field, value);
    } else if (value != null) {
      request.setField(field, value);
    }
  }

  private static String decode(String text) {
    return PercentCoding.decode(text, QUERY, true);
  }
}
