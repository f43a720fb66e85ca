package dev.parley.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares the schemas of a generated document with those of a published document. */
final class SchemaAgreement {
  private final JsonNode published;
  private final JsonNode made;
  private final List<String> differences = new ArrayList<>();

  SchemaAgreement(JsonNode published, JsonNode made) {
    this.published = published;
    this.made = made;
  }

  /** The differences so far, each with its location. */
  List<String> differences() {
    return differences;
  }

  void differ(String place, String difference) {
    differences.add(place + ": " + difference);
  }

  JsonNode ofPublished(JsonNode node) {
    return resolved(published, node);
  }

  JsonNode ofMade(JsonNode node) {
    return resolved(made, node);
  }

  /** The generated schema must allow each request that the published schema allows. */
  void request(String place, JsonNode publishedSchema, JsonNode madeSchema) {
    compare(place, publishedSchema, madeSchema, true);
  }

  /** The published schema must allow each response that the generated schema allows. */
  void answer(String place, JsonNode publishedSchema, JsonNode madeSchema) {
    compare(place, publishedSchema, madeSchema, false);
  }

  private void compare(String place, JsonNode wantedNode, JsonNode givenNode, boolean request) {
    JsonNode wanted = ofPublished(wantedNode);
    JsonNode given = ofMade(givenNode);
    String type = wanted.path("type").asText();
    boolean any = type.isEmpty() && !wanted.has("oneOf");
    boolean wantedNull = isNullable(wantedNode) || isNullable(wanted);
    boolean givenNull = isNullable(givenNode) || isNullable(given);
    if (!any && (request ? wantedNull && !givenNull : givenNull && !wantedNull)) {
      differ(place, "null is " + (givenNull ? "" : "not ") + "allowed");
    }
    if (!type.equals(given.path("type").asText())) {
      differ(place, "is " + given.path("type").asText() + ", not " + type);
      return;
    }
    choices(place, wanted.path("oneOf"), given.path("oneOf"), request);
    if (type.equals("array")) {
      compare(place + "[]", wanted.path("items"), given.path("items"), request);
    } else if (type.equals("object") && given.has("properties")) {
      properties(place, wanted, given, request);
    }
    if (request) {
      for (String bound : List.of("minLength", "maxLength", "minimum", "maximum")) {
        if (!wanted.path(bound).equals(given.path(bound))) {
          differ(place, bound + " is " + given.path(bound) + ", not " + wanted.path(bound));
        }
      }
    }
  }

  private void choices(String place, JsonNode wanted, JsonNode given, boolean request) {
    if (wanted.size() != given.size()) {
      differ(place, given.size() + " choices, not " + wanted.size());
      return;
    }
    for (int i = 0; i < wanted.size(); i++) {
      compare(place + "|" + i, wanted.get(i), given.get(i), request);
    }
  }

  private void properties(String place, JsonNode wanted, JsonNode given, boolean request) {
    boolean free = wanted.path("additionalProperties").asBoolean();
    given
        .path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode known = wanted.path("properties").path(property.getKey());
              if (!known.isMissingNode()) {
                compare(place + "." + property.getKey(), known, property.getValue(), request);
              } else if (!free) {
                differ(place, property.getKey() + " was not published");
              }
            });
    wanted
        .path("properties")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!given.path("properties").has(name)) {
                differ(place, name + " is missing");
              }
            });
    Set<String> demanded = names(wanted.path("required"));
    Set<String> promised = names(given.path("required"));
    if (request ? !promised.equals(demanded) : !promised.containsAll(demanded)) {
      differ(place, "required are " + promised + ", not " + demanded);
    }
  }

  private static JsonNode resolved(JsonNode document, JsonNode node) {
    JsonNode at = node;
    for (int i = 0; i < 10 && (at.has("$ref") || at.has("allOf")); i++) {
      at =
          at.has("$ref")
              ? document.at(at.get("$ref").asText().substring(1))
              : at.path("allOf").path(0);
    }
    return at == null ? MissingNode.getInstance() : at;
  }

  private static boolean isNullable(JsonNode schema) {
    return schema.path("nullable").asBoolean();
  }

  private static Set<String> names(JsonNode list) {
    Set<String> names = new HashSet<>();
    list.forEach(name -> names.add(name.asText()));
    return names;
  }
}
