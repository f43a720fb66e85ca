package dev.parley.api.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.JsonKind;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Validates the fields of a request against the rules in its proto. */
public final class RequestValidator {
  private static final String UUID_FORM = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

  private static final Pattern LABEL_NAME = Pattern.compile("[a-z0-9._-]{1,63}");

  private final boolean jsonNames;
  private final boolean contentToo;
  private final List<FieldViolation> violations = new ArrayList<>();

  /** The path of the current field, from the request down. */
  private final StringBuilder path = new StringBuilder();

  private RequestValidator(boolean jsonNames, boolean contentToo) {
    this.jsonNames = jsonNames;
    this.contentToo = contentToo;
  }

  /**
   * Returns the violations of {@code message}, in the order of the proto.
   *
   * @param jsonNames whether field names are JSON names
   */
  public static List<FieldViolation> check(Message message, boolean jsonNames) {
    return check(message, jsonNames, true);
  }

  /** Like {@link #validate}, for a message from JSON, whose content was checked by the reader. */
  static List<FieldViolation> checkRead(Message message) {
    return check(message, true, false);
  }

  private static List<FieldViolation> check(
      Message message, boolean jsonNames, boolean contentToo) {
    RequestValidator rules = new RequestValidator(jsonNames, contentToo);
    rules.message(message);
    return rules.violations;
  }

  /**
   * Whether {@code text} is a UUID in the format that all APIs use. {@code UUID.fromString} accepts
   * other formats.
   */
  public static boolean isUuid(String text) {
    if (text.length() != UUID_FORM.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      boolean fits =
          UUID_FORM.charAt(i) == '-' ? text.charAt(i) == '-' : HexFormat.isHexDigit(text.charAt(i));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private void message(Message message) {
    for (FieldBinding field : MessageBinding.of(message.getDescriptorForType()).fields()) {
      FieldDescriptor descriptor = field.descriptor();
      int end = path.length();
      if (end > 0) {
        path.append('.');
      }
      path.append(jsonNames ? descriptor.getJsonName() : descriptor.getName());
      if (descriptor.isMapField()) {
        map(field, (List<?>) message.getField(descriptor));
      } else if (descriptor.isRepeated()) {
        repeated(field, (List<?>) message.getField(descriptor));
      } else if (isSet(message, descriptor)) {
        single(field, message.getField(descriptor));
      } else if (field.rule() != null && field.rule().getRequired()) {
        violations.add(FieldViolation.required(path.toString()));
      }
      path.setLength(end);
    }
  }

  private void map(FieldBinding field, List<?> entries) {
    dev.parley.proto.v1.Rule rule = field.rule();
    if (rule == null) {
      return;
    }
    int max = rule.getMaxItems();
    if (max > 0 && entries.size() > max) {
      violate(Rule.MAX_ITEMS, max, "must not have more than " + max + " pairs");
      return;
    }
    int end = path.length();
    for (Object each : entries) {
      Message entry = (Message) each;
      List<FieldDescriptor> keyAndValue = entry.getDescriptorForType().getFields();
      String key = (String) entry.getField(keyAndValue.get(0));
      path.append('.').append(key);
      if (rule.getLabelNames() && !LABEL_NAME.matcher(key).matches()) {
        format("must have a name with 1 to 63 of the characters a-z, 0-9, '.', '_' and '-'");
      }
      string(rule, (String) entry.getField(keyAndValue.get(1)));
      path.setLength(end);
    }
  }

  private void repeated(FieldBinding field, List<?> items) {
    if (field.rule() != null) {
      if (field.rule().getRequired() && items.isEmpty()) {
        violations.add(FieldViolation.required(path.toString()));
      }
      int max = field.rule().getMaxItems();
      if (max > 0 && items.size() > max) {
        violate(Rule.MAX_ITEMS, max, "must not have more than " + max + " items");
        return;
      }
    }
    int end = path.length();
    for (int i = 0; i < items.size(); i++) {
      path.append('[').append(i).append(']');
      single(field, items.get(i));
      path.setLength(end);
    }
  }

  private void single(FieldBinding field, Object value) {
    switch (field.descriptor().getJavaType()) {
      case STRING -> string(field.rule(), (String) value);
      case INT, LONG -> integer(field.rule(), ((Number) value).longValue());
      case ENUM -> {
        EnumValueDescriptor named = (EnumValueDescriptor) value;
        if (field.descriptor().getEnumType().findValueByNumber(named.getNumber()) == null) {
          format(ViolationMessages.enumValue(field.descriptor().getEnumType()));
        }
      }
      case MESSAGE -> message(field, (Message) value);
      default -> {}
    }
  }

  private void message(FieldBinding field, Message message) {
    WellKnown wellKnown = MessageBinding.of(message.getDescriptorForType()).wellKnown();
    if (message instanceof Json json) {
      json(field.rule(), json);
    } else if (message instanceof Content content && content.hasText()) {
      requireUtf8(content.getTextBytes());
    } else if (wellKnown == WellKnown.NONE) {
      message(message);
    } else if (!wellKnown.isValid(message)) {
      format(wellKnown.expectation());
    }
  }

  private void string(dev.parley.proto.v1.@Nullable Rule rule, String text) {
    if (rule == null || text.isEmpty()) {
      return;
    }
    int max = rule.getMaxCharacters();
    if (max > 0 && text.codePointCount(0, text.length()) > max) {
      violate(Rule.MAX_CHARACTERS, max, "must not have more than " + max + " characters");
    }
    if (rule.getPrintable() && text.codePoints().anyMatch(Character::isISOControl)) {
      format("must not have control characters");
    }
    if (rule.getUuid() && !isUuid(text) && !(rule.getWildcard() && text.equals("-"))) {
      format("must be a UUID");
    }
  }

  private void integer(dev.parley.proto.v1.@Nullable Rule rule, long value) {
    if (rule == null) {
      return;
    }
    if (rule.hasMinimum() && value < rule.getMinimum()) {
      violate(Rule.MINIMUM, rule.getMinimum(), "must be at least " + rule.getMinimum());
    } else if (rule.hasMaximum() && value > rule.getMaximum()) {
      violate(Rule.MAXIMUM, rule.getMaximum(), "must be at most " + rule.getMaximum());
    }
  }

  private void json(dev.parley.proto.v1.@Nullable Rule rule, Json json) {
    if (contentToo) {
      if (!requireUtf8(json.getValueBytes())) {
        return;
      }
      JsonKind wanted = rule == null ? JsonKind.JSON_KIND_UNSPECIFIED : rule.getJsonKind();
      JsonKind kind = JsonText.kindOf(json.getValueBytes().toByteArray());
      boolean fits = wanted == JsonKind.JSON_KIND_UNSPECIFIED || wanted == kind;
      if (kind == null || !fits) {
        violate(Rule.TYPE, 0, JsonText.expectation(wanted));
        return;
      }
    }
    if (rule != null
        && rule.getMaxBytes() > 0
        && json.getValueBytes().size() > rule.getMaxBytes()) {
      violations.add(FieldViolation.maxBytes(path.toString(), rule.getMaxBytes()));
    }
  }

  /** Protobuf does not check the encoding of content, because its file uses proto2. */
  private boolean requireUtf8(ByteString bytes) {
    boolean valid = !contentToo || bytes.isValidUtf8();
    if (!valid) {
      format("must be UTF-8");
    }
    return valid;
  }

  private void format(String description) {
    violations.add(FieldViolation.format(path.toString(), description));
  }

  private void violate(Rule rule, long bound, String description) {
    violations.add(new FieldViolation(path.toString(), rule, bound, description));
  }

  /** Whether the field has a value. A oneof without a value counts as unset. */
  private static boolean isSet(Message message, FieldDescriptor field) {
    if (field.hasPresence()) {
      if (!message.hasField(field)) {
        return false;
      }
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        return true;
      }
      Message value = (Message) message.getField(field);
      return MessageBinding.of(value.getDescriptorForType()).isChosen(value);
    }
    return !message.getField(field).equals(field.getDefaultValue());
  }
}
