package dev.parley.api.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Empty;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.JsonForm;
import dev.parley.proto.v1.Rule;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON schemas of messages in one document. */
final class Schemas {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String PRINTABLE = "^[^\\u0000-\\u001F\\u007F-\\u009F]*$";
  private static final String UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

  private final ObjectNode schemas;
  private final ProtoComments comments;

  /** Creates an instance that adds schemas to {@code schemas}. */
  Schemas(ObjectNode schemas, ProtoComments comments) {
    this.schemas = schemas;
    this.comments = comments;
  }

  /** Whether the message is a request or a response. */
  enum Direction {
    REQUEST,
    RESPONSE
  }

  /** Returns the schema of a whole body; null if it has none. */
  @Nullable ObjectNode body(Descriptor message, Direction direction) {
    if (isTransparent(message) && message.getFields().isEmpty()) {
      return null;
    }
    return message(message, null, direction);
  }

  /** Returns the schema of a body with these fields of a request. */
  ObjectNode body(String name, Collection<FieldDescriptor> fields) {
    if (!schemas.has(name)) {
      describe(schemas.putObject(name), fields, Direction.REQUEST);
    }
    return reference(name);
  }

  /** Returns the schema of a field, as far as it is the same in bodies, paths and queries. */
  ObjectNode value(FieldDescriptor field, Direction direction) {
    Rule rule = field.getOptions().getExtension(AnnotationsProto.rule);
    return switch (field.getJavaType()) {
      case STRING -> string(field, rule);
      case INT -> bounded(integer("int32"), rule);
      case LONG ->
          direction == Direction.REQUEST || form(field).getNumber()
              ? bounded(integer("int64"), rule)
              : type("string").put("format", "int64");
      case BOOLEAN -> type("boolean");
      case DOUBLE -> type("number").put("format", "double");
      case ENUM -> enumeration(field);
      case MESSAGE -> message(field.getMessageType(), rule, direction);
      case FLOAT, BYTE_STRING ->
          throw new IllegalStateException(
              "The type is not supported in JSON: " + field.getFullName());
    };
  }

  private ObjectNode message(Descriptor message, @Nullable Rule rule, Direction direction) {
    String name = message.getFullName();
    if (name.equals(Timestamp.getDescriptor().getFullName())) {
      return type("string").put("format", "date-time");
    }
    if (name.equals(Duration.getDescriptor().getFullName())) {
      return type("string").put("pattern", "^-?\\d+(\\.\\d{1,9})?s$");
    }
    if (name.equals(FieldMask.getDescriptor().getFullName())) {
      return type("string");
    }
    if (name.equals(Any.getDescriptor().getFullName())) {
      ObjectNode any = type("object").put("additionalProperties", true);
      any.putObject("properties").set("@type", type("string"));
      return any;
    }
    if (name.equals(Empty.getDescriptor().getFullName())) {
      return type("object");
    }
    if (name.equals(Json.getDescriptor().getFullName())) {
      return json(rule);
    }
    if (isTransparent(message)) {
      return transparent(message, direction);
    }
    String component = message.getName();
    if (direction == Direction.REQUEST) {
      component += "Input";
    }
    if (!schemas.has(component)) {
      ObjectNode schema = schemas.putObject(component);
      put(schema, comments.of(message));
      describe(schema, message.getFields(), direction);
    }
    return reference(component);
  }

  private ObjectNode transparent(Descriptor message, Direction direction) {
    List<FieldDescriptor> fields = message.getFields();
    if (fields.size() == 1) {
      return property(fields.get(0), direction);
    }
    ObjectNode choice = NODES.objectNode();
    ArrayNode options = choice.putArray("oneOf");
    fields.forEach(field -> options.add(property(field, direction)));
    return choice;
  }

  private void describe(
      ObjectNode schema, Collection<FieldDescriptor> fields, Direction direction) {
    schema.put("type", "object");
    ArrayNode required = NODES.arrayNode();
    ObjectNode properties = schema.putObject("properties");
    for (FieldDescriptor field : fields) {
      if (form(field).getGrpcOnly() || direction == Direction.REQUEST && isOutputOnly(field)) {
        continue;
      }
      properties.set(field.getJsonName(), property(field, direction));
      if (direction == Direction.REQUEST ? isDemanded(field) : isAlwaysThere(field)) {
        required.add(field.getJsonName());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private ObjectNode property(FieldDescriptor field, Direction direction) {
    ObjectNode schema = field.isMapField() ? map(field) : value(field, direction);
    if (field.isRepeated() && !field.isMapField()) {
      ObjectNode items = schema;
      schema = type("array");
      schema.set("items", items);
      int max = field.getOptions().getExtension(AnnotationsProto.rule).getMaxItems();
      if (max > 0) {
        schema.put("maxItems", max);
      }
    }
    String comment = comments.of(field);
    // An empty schema takes any value, with null. It has no type that "nullable" could extend.
    boolean nullable = isNullable(field, direction) && !schema.isEmpty();
    if (schema.has("$ref") && (nullable || !comment.isEmpty())) {
      // Readers ignore the siblings of a reference.
      ObjectNode wrapped = NODES.objectNode();
      wrapped.putArray("allOf").add(schema);
      schema = wrapped;
    }
    put(schema, comment);
    if (nullable) {
      schema.put("nullable", true);
    }
    return schema;
  }

  /** A map from string to string. OpenAPI 3.0 cannot describe its names. */
  private static ObjectNode map(FieldDescriptor field) {
    Rule rule = field.getOptions().getExtension(AnnotationsProto.rule);
    ObjectNode schema = type("object");
    schema.set("additionalProperties", string(field, rule));
    if (rule.getMaxItems() > 0) {
      schema.put("maxProperties", rule.getMaxItems());
    }
    return schema;
  }

  private static boolean isOutputOnly(FieldDescriptor field) {
    return field
        .getOptions()
        .getExtension(FieldBehaviorProto.fieldBehavior)
        .contains(FieldBehavior.OUTPUT_ONLY);
  }

  static boolean isDemanded(FieldDescriptor field) {
    return field.getOptions().getExtension(AnnotationsProto.rule).getRequired();
  }

  /** A message field has presence in any case, so {@code optional} says that it may be absent. */
  private static boolean isAlwaysThere(FieldDescriptor field) {
    if (form(field).getOmitWhenEmpty()) {
      return false;
    }
    boolean present =
        !field.hasPresence()
            || field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getRealContainingOneof() == null
                && !field.toProto().getProto3Optional();
    return present || form(field).getNullWhenUnset() || form(field).getOmittedByMask();
  }

  private static boolean isNullable(FieldDescriptor field, Direction direction) {
    return direction == Direction.RESPONSE
        ? form(field).getNullWhenUnset()
        : field.hasPresence()
            && field.getRealContainingOneof() == null
            && !form(field).getNotNull()
            && !isDemanded(field);
  }

  private static ObjectNode string(FieldDescriptor field, Rule rule) {
    ObjectNode schema = type("string");
    if (rule.getRequired()) {
      schema.put("minLength", 1);
    }
    if (rule.getMaxCharacters() > 0) {
      schema.put("maxLength", rule.getMaxCharacters());
    }
    String prefix = field.getOptions().getExtension(AnnotationsProto.ridPrefix);
    if (!prefix.isEmpty()) {
      schema.put("pattern", "^" + prefix.replace(".", "\\.") + UUID + "$");
    } else if (rule.getWildcard()) {
      schema.put("pattern", "^(-|" + UUID + ")$");
    } else if (rule.getUuid() || field.getOptions().getExtension(AnnotationsProto.namesAgent)) {
      schema.put("format", "uuid");
    } else if (rule.getPrintable()) {
      schema.put("pattern", PRINTABLE);
    }
    return schema;
  }

  private static ObjectNode json(@Nullable Rule rule) {
    return switch (rule == null ? dev.parley.proto.v1.JsonKind.UNRECOGNIZED : rule.getJsonKind()) {
      case JSON_KIND_OBJECT -> type("object").put("additionalProperties", true);
      case JSON_KIND_BLOCKS -> {
        ObjectNode blocks = type("array");
        blocks.set("items", type("object").put("additionalProperties", true));
        yield blocks;
      }
      case JSON_KIND_UNSPECIFIED, UNRECOGNIZED -> NODES.objectNode();
    };
  }

  private static ObjectNode bounded(ObjectNode schema, Rule rule) {
    if (rule.hasMinimum()) {
      schema.put("minimum", rule.getMinimum());
    }
    if (rule.hasMaximum()) {
      schema.put("maximum", rule.getMaximum());
    }
    return schema;
  }

  private static ObjectNode enumeration(FieldDescriptor field) {
    ObjectNode schema = type("string");
    ArrayNode values = schema.putArray("enum");
    for (EnumValueDescriptor value : field.getEnumType().getValues()) {
      if (value.getNumber() != 0) {
        values.add(value.getName());
      }
    }
    return schema;
  }

  private static boolean isTransparent(Descriptor message) {
    return message.getOptions().getExtension(AnnotationsProto.transparent);
  }

  private static JsonForm form(FieldDescriptor field) {
    return field.getOptions().getExtension(AnnotationsProto.json);
  }

  private static void put(ObjectNode schema, String comment) {
    if (!comment.isEmpty()) {
      schema.put("description", comment);
    }
  }

  private static ObjectNode reference(String name) {
    return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static ObjectNode integer(String format) {
    return type("integer").put("format", format);
  }

  private static ObjectNode type(String type) {
    return NODES.objectNode().put("type", type);
  }
}
