package dev.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.proto.v1.JsonKind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the fields of a request against the rules that its proto declares. */
public final class FieldRules {
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final boolean fromJson;
  private final List<FieldViolation> violations = new ArrayList<>();

  private FieldRules(boolean fromJson) {
    this.fromJson = fromJson;
  }

  /**
   * The fields of {@code message} that break their rule, in the order of the proto.
   *
   * @param fromJson whether it was read from JSON: fields go by their JSON names then, and what a
   *     Json holds was checked as it was read
   */
  public static List<FieldViolation> check(Message message, boolean fromJson) {
    FieldRules rules = new FieldRules(fromJson);
    rules.message(message, "");
    return rules.violations;
  }

  /** Whether {@code text} is a uuid as every face spells it; {@code UUID.fromString} takes more. */
  public static boolean isUuid(String text) {
    return UUID_FORM.matcher(text).matches();
  }

  private void message(Message message, String prefix) {
    for (FieldPlan field : MessagePlan.of(message.getDescriptorForType()).fields()) {
      String path =
          prefix + (fromJson ? field.descriptor().getJsonName() : field.descriptor().getName());
      if (field.descriptor().isRepeated()) {
        repeated(field, (List<?>) message.getField(field.descriptor()), path);
      } else if (isSet(message, field.descriptor())) {
        single(field, message.getField(field.descriptor()), path);
      } else if (field.rule() != null && field.rule().getRequired()) {
        violations.add(FieldViolation.required(path));
      }
    }
  }

  private void repeated(FieldPlan field, List<?> items, String path) {
    if (field.rule() != null) {
      if (field.rule().getRequired() && items.isEmpty()) {
        violations.add(FieldViolation.required(path));
      }
      int max = field.rule().getMaxItems();
      if (max > 0 && items.size() > max) {
        violations.add(
            new FieldViolation(
                path, Rule.MAX_ITEMS, max, "must not have more than " + max + " items"));
        return;
      }
    }
    for (int i = 0; i < items.size(); i++) {
      single(field, items.get(i), path + "[" + i + "]");
    }
  }

  private void single(FieldPlan field, Object value, String path) {
    switch (field.descriptor().getJavaType()) {
      case STRING -> string(field.rule(), (String) value, path);
      case INT, LONG -> integer(field.rule(), ((Number) value).longValue(), path);
      case ENUM -> {
        EnumValueDescriptor named = (EnumValueDescriptor) value;
        if (field.descriptor().getEnumType().findValueByNumber(named.getNumber()) == null) {
          format(path, Expectations.enumValue(field.descriptor().getEnumType()));
        }
      }
      case MESSAGE -> {
        Message message = (Message) value;
        MessagePlan plan = MessagePlan.of(message.getDescriptorForType());
        FieldPlan inner = plan.otherField();
        if (plan.isTransparent() && inner != null && inner.form().getVerbatim()) {
          json(field.rule(), (String) message.getField(inner.descriptor()), path);
        } else if (plan.wellKnown() == WellKnown.NONE) {
          message(message, path + ".");
        } else if (!plan.wellKnown().isValid(message)) {
          format(path, plan.wellKnown().expectation());
        }
      }
      default -> {}
    }
  }

  private void string(dev.parley.proto.v1.@Nullable Rule rule, String text, String path) {
    if (rule == null || text.isEmpty()) {
      return;
    }
    int max = rule.getMaxCharacters();
    if (max > 0 && text.codePointCount(0, text.length()) > max) {
      violations.add(
          new FieldViolation(
              path, Rule.MAX_CHARACTERS, max, "must not have more than " + max + " characters"));
    }
    if (rule.getPrintable() && text.codePoints().anyMatch(Character::isISOControl)) {
      format(path, "must not have control characters");
    }
    if (rule.getUuid() && !isUuid(text)) {
      format(path, "must be a uuid");
    }
  }

  private void integer(dev.parley.proto.v1.@Nullable Rule rule, long value, String path) {
    if (rule == null || rule.getMaximum() == 0) {
      return;
    }
    if (value < rule.getMinimum()) {
      violations.add(
          new FieldViolation(
              path, Rule.MINIMUM, rule.getMinimum(), "must be at least " + rule.getMinimum()));
    } else if (value > rule.getMaximum()) {
      violations.add(
          new FieldViolation(
              path, Rule.MAXIMUM, rule.getMaximum(), "must be at most " + rule.getMaximum()));
    }
  }

  private void json(dev.parley.proto.v1.@Nullable Rule rule, String text, String path) {
    JsonKind wanted = rule == null ? JsonKind.JSON_KIND_UNSPECIFIED : rule.getJsonKind();
    if (!fromJson) {
      JsonKind kind = JsonText.kindOf(text);
      boolean fits = wanted == JsonKind.JSON_KIND_UNSPECIFIED || wanted == kind;
      if (kind == null || !fits) {
        violations.add(new FieldViolation(path, Rule.TYPE, 0, JsonText.expectation(wanted)));
        return;
      }
    }
    if (rule != null && rule.getMaxBytes() > 0 && utf8Length(text) > rule.getMaxBytes()) {
      violations.add(FieldViolation.maxBytes(path, rule.getMaxBytes()));
    }
  }

  private void format(String path, String description) {
    violations.add(FieldViolation.format(path, description));
  }

  private static int utf8Length(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** Whether the field has a value; a choice of which nothing was chosen is none. */
  private static boolean isSet(Message message, FieldDescriptor field) {
    if (field.hasPresence()) {
      if (!message.hasField(field)) {
        return false;
      }
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        return true;
      }
      Message value = (Message) message.getField(field);
      return !MessagePlan.of(value.getDescriptorForType()).isChoice()
          || !value.getAllFields().isEmpty();
    }
    return !message.getField(field).equals(field.getDefaultValue());
  }
}
