package dev.parley.api.json;

import static com.fasterxml.jackson.core.JsonToken.VALUE_NULL;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import dev.parley.api.json.JsonCodec.Parsed;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.JsonKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages from proto3 JSON, with the extensions that their options declare. Stricter than
 * proto3 JSON: rejects unknown and repeated names, text after the value, strings that are not valid
 * Unicode, and values of the wrong type. Accepts integers as strings and known enum numbers.
 *
 * <p>Continues after an invalid field, so that all violations are reported together.
 */
final class JsonReader {
  private static final int VIOLATIONS_MAX = 50;
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,19}");

  /** An upper bound for the length of a 64-bit integer in any common spelling. */
  private static final int INTEGER_CHARACTERS_MAX = 64;

  /** The length of the longest 32-bit integer. */
  private static final int INT_CHARACTERS_MAX = 11;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final byte[] utf8;

  /** Whether unpaired surrogates of {@link #utf8} become U+FFFD in {@link #json}. */
  private final boolean hasUnpaired;

  private final JsonParser json;
  private final boolean stored;
  private final List<FieldViolation> violations = new ArrayList<>();
  private final List<String> nulls = new ArrayList<>();

  /** The number of rejected values, including those without a violation. */
  private int refused;

  private JsonReader(byte[] utf8, boolean hasUnpaired, JsonParser json, boolean stored) {
    this.utf8 = utf8;
    this.hasUnpaired = hasUnpaired;
    this.json = json;
    this.stored = stored;
  }

  /**
   * Reads into {@code builder}. Fails with {@code MALFORMED_BODY} if the text is not one value of
   * the right kind.
   *
   * @param stored whether the text is stored JSON of any form; unpaired surrogates then become
   *     U+FFFD and are otherwise rejected
   */
  static Parsed read(byte[] text, Message.Builder builder, boolean stored) {
    byte[] utf8 = withoutByteOrderMark(text);
    if (!UnsafeByteOperations.unsafeWrap(utf8).isValidUtf8()) {
      throw malformed("The body is not valid UTF-8.");
    }
    byte[] paired = JsonText.withoutUnpaired(utf8);
    try (JsonParser json = JsonText.FACTORY.createParser(paired)) {
      return new JsonReader(utf8, paired != utf8, json, stored).document(builder);
    } catch (JsonProcessingException e) {
      throw malformed(
          "The body is not well-formed JSON, or is nested too deeply" + location(e) + ".");
    } catch (IOException e) {
      throw new AssertionError("Reading from memory cannot fail otherwise.", e);
    }
  }

  private static byte[] withoutByteOrderMark(byte[] text) {
    int mark = BYTE_ORDER_MARK.length;
    return Arrays.mismatch(text, BYTE_ORDER_MARK) == mark
        ? Arrays.copyOfRange(text, mark, text.length)
        : text;
  }

  private Parsed document(Message.Builder builder) throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      return new Parsed(builder.build(), violations);
    }
    MessageBinding binding = MessageBinding.of(builder.getDescriptorForType());
    if (binding.isTransparent()) {
      transparent(builder, binding, "body", null);
    } else if (first == JsonToken.START_OBJECT) {
      object(builder, binding, "");
    } else {
      throw malformed("The body must be a JSON object.");
    }
    if (json.nextToken() != null) {
      throw malformed("The body contains text after its JSON value.");
    }
    return new Parsed(builder.build(), violations, nulls);
  }

  private void object(Message.Builder builder, MessageBinding binding, String prefix)
      throws IOException {
    Set<FieldBinding> seen = new HashSet<>();
    Map<OneofDescriptor, String> oneofs = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      String path = prefix + name;
      JsonToken token = json.nextToken();
      FieldBinding field = binding.field(name);
      if (field == null) {
        refuse(path, Rule.UNKNOWN, "is not a known field");
        continue;
      }
      if (!seen.add(field)) {
        refuse(path, Rule.FORMAT, "must be given once");
        continue;
      }
      if (token == JsonToken.VALUE_NULL && !field.form().getKeepNull()) {
        if (field.form().getNotNull()) {
          refuseType(field, path);
        } else if (prefix.isEmpty()) {
          nulls.add(field.descriptor().getName());
        }
        continue;
      }
      if (field.oneof() != null) {
        String other = oneofs.putIfAbsent(field.oneof(), name);
        if (other != null) {
          refuse(path, Rule.FORMAT, "must not be set together with " + other);
          continue;
        }
      }
      field(builder, field, path);
    }
  }

  private void field(Message.Builder builder, FieldBinding field, String path) throws IOException {
    FieldDescriptor descriptor = field.descriptor();
    if (!descriptor.isRepeated()) {
      Object value = single(builder, field, path);
      if (value != null) {
        builder.setField(descriptor, value);
      }
      return;
    }
    if (descriptor.isMapField()) {
      map(builder, descriptor, path);
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      refuse(path, Rule.TYPE, "must be a list");
      return;
    }
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      Object item = single(builder, field, path + "[" + i + "]");
      if (item != null) {
        builder.addRepeatedField(descriptor, item);
      }
    }
  }

  /** Reads an object whose members are the entries of a map. */
  private void map(Message.Builder builder, FieldDescriptor descriptor, String path)
      throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      refuse(path, Rule.TYPE, "must be an object");
      return;
    }
    FieldDescriptor key = descriptor.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = descriptor.getMessageType().findFieldByNumber(2);
    Set<String> seen = new HashSet<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      String entryPath = path + "." + name;
      if (!seen.add(name)) {
        refuse(entryPath, Rule.FORMAT, "must be given once");
        continue;
      }
      String text = string(FieldBinding.of(value), entryPath);
      if (text != null) {
        Message.Builder entry = builder.newBuilderForField(descriptor);
        builder.addRepeatedField(
            descriptor, entry.setField(key, name).setField(value, text).build());
      }
    }
  }

  /** Reads the value at the current token; null if it was rejected. */
  private @Nullable Object single(Message.Builder builder, FieldBinding field, String path)
      throws IOException {
    FieldDescriptor descriptor = field.descriptor();
    return switch (descriptor.getJavaType()) {
      case STRING -> field.form().getVerbatim() ? verbatim(field, path) : string(field, path);
      case INT -> {
        Long value = integer(field, path, Integer.MIN_VALUE, Integer.MAX_VALUE);
        yield value == null ? null : value.intValue();
      }
      case LONG -> integer(field, path, Long.MIN_VALUE, Long.MAX_VALUE);
      case BOOLEAN -> {
        if (!json.currentToken().isBoolean()) {
          refuseType(field, path);
          yield null;
        }
        yield json.getBooleanValue();
      }
      case ENUM -> enumValue(field, path);
      case MESSAGE -> message(builder.newBuilderForField(descriptor), field, path);
      case FLOAT, DOUBLE, BYTE_STRING ->
          throw new IllegalStateException(
              "The type is not supported in JSON: " + descriptor.getFullName());
    };
  }

  private @Nullable Message message(Message.Builder builder, FieldBinding field, String path)
      throws IOException {
    MessageBinding binding = MessageBinding.of(builder.getDescriptorForType());
    if (binding.wellKnown() != WellKnown.NONE) {
      Message value =
          json.currentToken() == JsonToken.VALUE_STRING
              ? binding.wellKnown().parse(json.getText())
              : null;
      if (value == null) {
        refuse(path, Rule.FORMAT, binding.wellKnown().expectation());
      }
      return value;
    }
    if (binding.isTransparent()) {
      return transparent(builder, binding, path, field);
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      refuseType(field, path);
      return null;
    }
    object(builder, binding, path + ".");
    return builder.build();
  }

  private @Nullable Message transparent(
      Message.Builder builder, MessageBinding binding, String path, @Nullable FieldBinding outer)
      throws IOException {
    FieldBinding string = binding.stringField();
    FieldBinding target =
        string != null && json.currentToken() == JsonToken.VALUE_STRING
            ? string
            : binding.otherField();
    if (target == null) {
      refuse(path, Rule.TYPE, "must be a string");
      return null;
    }
    if (target.form().getVerbatim() && outer != null) {
      // The rule of a Json message is declared on the field of that type.
      target = outer.rule() == null ? target : withRuleOf(target, outer);
    }
    int before = refused;
    field(builder, target, path);
    return refused == before ? builder.build() : null;
  }

  private static FieldBinding withRuleOf(FieldBinding target, FieldBinding outer) {
    return new FieldBinding(
        target.descriptor(), target.jsonName(), target.form(), outer.rule(), target.oneof());
  }

  private @Nullable String verbatim(FieldBinding field, String path) throws IOException {
    int start = tokenStart();
    JsonKind kind = JsonText.skipValue(json);
    int end = tokenEnd();
    JsonKind wanted =
        field.rule() == null ? JsonKind.JSON_KIND_UNSPECIFIED : field.rule().getJsonKind();
    if (wanted != JsonKind.JSON_KIND_UNSPECIFIED && wanted != kind) {
      refuse(path, Rule.TYPE, JsonText.expectation(wanted));
      return null;
    }
    return new String(utf8, start, end - start, UTF_8);
  }

  private int tokenStart() {
    return (int) json.currentTokenLocation().getByteOffset();
  }

  /** The end of a completely read token. */
  private int tokenEnd() {
    return (int) json.currentLocation().getByteOffset();
  }

  private @Nullable String string(FieldBinding field, String path) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      refuseType(field, path);
      return null;
    }
    String text = json.getText();
    int unpaired =
        hasUnpaired && !stored ? JsonText.firstUnpaired(utf8, tokenStart(), tokenEnd()) : -1;
    if (unpaired >= 0) {
      refuse(
          path,
          Rule.FORMAT,
          "must be valid Unicode, but has "
              + JsonText.nameOfEscaped(utf8, unpaired)
              + ", which is half of a surrogate pair");
      return null;
    }
    return text;
  }

  private @Nullable Long integer(FieldBinding field, String path, long min, long max)
      throws IOException {
    Long value = null;
    switch (json.getTextLength() > INTEGER_CHARACTERS_MAX ? VALUE_NULL : json.currentToken()) {
      case VALUE_NUMBER_INT -> {
        if (json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
          value = json.getLongValue();
        }
      }
      case VALUE_NUMBER_FLOAT -> {
        double number = json.getDoubleValue();
        // Above 2^53, a double does not represent every integer.
        if (number == Math.rint(number) && Math.abs(number) <= 1L << 53) {
          value = (long) number;
        }
      }
      case VALUE_STRING -> value = parseLong(json.getText());
      default -> {}
    }
    if (value == null || value < min || value > max) {
      refuseType(field, path);
      return null;
    }
    return value;
  }

  private @Nullable Object enumValue(FieldBinding field, String path) throws IOException {
    EnumDescriptor type = field.descriptor().getEnumType();
    Object value =
        switch (json.currentToken()) {
          case VALUE_STRING -> type.findValueByName(json.getText());
          case VALUE_NUMBER_INT ->
              json.getTextLength() <= INT_CHARACTERS_MAX
                      && json.getNumberType() == JsonParser.NumberType.INT
                  ? type.findValueByNumber(json.getIntValue())
                  : null;
          default -> null;
        };
    if (value == null) {
      refuse(path, Rule.FORMAT, ViolationMessages.enumValue(type));
    }
    return value;
  }

  private void refuseType(FieldBinding field, String path) throws IOException {
    refuse(
        path,
        ViolationMessages.ruleOf(field.descriptor()),
        ViolationMessages.type(field.descriptor()));
  }

  private void refuse(String path, Rule rule, String description) throws IOException {
    json.skipChildren();
    refused++;
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(new FieldViolation(path, rule, 0, description));
    }
  }

  private static String location(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  private static @Nullable Long parseLong(String text) {
    try {
      return INTEGER.matcher(text).matches() ? Long.valueOf(text) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static SessionException malformed(String message) {
    return new SessionException(ErrorReason.MALFORMED_BODY, message);
  }
}
