package dev.parley.api.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What messages look like in JSON, as the schemas of one document. */
final class Schemas {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String PRINTABLE = "^[^\\u0000-\\u001F\\u007F-\\u009F]*$";
  private static final String UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

  /** What comments say of a message that is not always in its place; of other fields, the proto. */
  private static final Pattern MAY_BE_ABSENT = Pattern.compile("(Omitted|Not set)\\b");

  private final ObjectNode schemas;
  private final ProtoComments comments;

  /** Adds what is asked for to {@code schemas}. */
  Schemas(ObjectNode schemas, ProtoComments comments) {
    this.schemas = schemas;
    this.comments = comments;
  }

  /** Which way a message goes. */
  enum Way {
    REQUEST,
    ANSWER
  }

  /** The schema of a whole body; null if it has none. */
  @Nullable ObjectNode body(Descriptor message, Way way) {
    if (isTransparent(message) && message.getFields().isEmpty()) {
      return null;
    }
    return message(message, null, way);
  }

  /** The schema of a body of these fields of a request. */
  ObjectNode body(String name, Collection<FieldDescriptor> fields) {
    if (!schemas.has(name)) {
      describe(schemas.putObject(name), fields, Way.REQUEST);
    }
    return reference(name);
  }

  /** The schema of a field, as far as it is the same in a body, a path and a query. */
  ObjectNode value(FieldDescriptor field, Way way) {
    Rule rule = field.getOptions().getExtension(AnnotationsProto.rule);
    return switch (field.getJavaType()) {
      case STRING -> string(field, rule);
      case INT -> bounded(integer("int32"), rule);
      case LONG ->
          way == Way.REQUEST || form(field).getNumber()
              ? bounded(integer("int64"), rule)
              : type("string").put("format", "int64");
      case BOOLEAN -> type("boolean");
      case DOUBLE -> type("number").put("format", "double");
      case ENUM -> enumeration(field);
      case MESSAGE -> message(field.getMessageType(), rule, way);
      case FLOAT, BYTE_STRING ->
          throw new IllegalStateException("No JSON form: " + field.getFullName());
    };
  }

  private ObjectNode message(Descriptor message, @Nullable Rule rule, Way way) {
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
    if (name.equals(Empty.getDescriptor().getFullName())) {
      return type("object");
    }
    if (name.equals(Json.getDescriptor().getFullName())) {
      return json(rule);
    }
    if (isTransparent(message)) {
      return transparent(message, way);
    }
    String component = message.getName();
    if (way == Way.REQUEST) {
      component += "Input";
    }
    if (!schemas.has(component)) {
      ObjectNode schema = schemas.putObject(component);
      put(schema, comments.of(message));
      describe(schema, message.getFields(), way);
    }
    return reference(component);
  }

  private ObjectNode transparent(Descriptor message, Way way) {
    List<FieldDescriptor> fields = message.getFields();
    if (fields.size() == 1) {
      return property(fields.get(0), way);
    }
    ObjectNode choice = NODES.objectNode();
    ArrayNode options = choice.putArray("oneOf");
    fields.forEach(field -> options.add(property(field, way)));
    return choice;
  }

  private void describe(ObjectNode schema, Collection<FieldDescriptor> fields, Way way) {
    schema.put("type", "object");
    ArrayNode required = NODES.arrayNode();
    ObjectNode properties = schema.putObject("properties");
    for (FieldDescriptor field : fields) {
      if (form(field).getGrpcOnly() || way == Way.REQUEST && isOutputOnly(field)) {
        continue;
      }
      properties.set(field.getJsonName(), property(field, way));
      if (way == Way.REQUEST ? isDemanded(field) : isAlwaysThere(field)) {
        required.add(field.getJsonName());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private ObjectNode property(FieldDescriptor field, Way way) {
    ObjectNode schema = value(field, way);
    if (field.isRepeated()) {
      ObjectNode items = schema;
      schema = type("array");
      schema.set("items", items);
      int max = field.getOptions().getExtension(AnnotationsProto.rule).getMaxItems();
      if (max > 0) {
        schema.put("maxItems", max);
      }
    }
    String comment = comments.of(field);
    boolean nullable = isNullable(field, way);
    if (schema.has("$ref") && (nullable || !comment.isEmpty())) {
      // What stands beside a reference is not read.
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

  private static boolean isOutputOnly(FieldDescriptor field) {
    return field
        .getOptions()
        .getExtension(FieldBehaviorProto.fieldBehavior)
        .contains(FieldBehavior.OUTPUT_ONLY);
  }

  static boolean isDemanded(FieldDescriptor field) {
    return field.getOptions().getExtension(AnnotationsProto.rule).getRequired();
  }

  private boolean isAlwaysThere(FieldDescriptor field) {
    if (form(field).getOmitWhenEmpty()) {
      return false;
    }
    boolean present =
        !field.hasPresence()
            || field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getRealContainingOneof() == null
                && !MAY_BE_ABSENT.matcher(comments.of(field)).find();
    return present || form(field).getNullWhenUnset();
  }

  private static boolean isNullable(FieldDescriptor field, Way way) {
    return way == Way.ANSWER
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
