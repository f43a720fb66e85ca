package dev.parley.api.json;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses field values from plain text, such as query parameters. */
public final class TextValues {
  /** Python clients write booleans with a capital letter. */
  private static final Map<String, Boolean> BOOLEANS =
      Map.of(
          "true", true, "True", true, "TRUE", true, "false", false, "False", false, "FALSE", false);

  private TextValues() {}

  /**
   * Parses {@code text} for a field, or for one item of a repeated field. Returns null and adds a
   * violation if it is invalid.
   *
   * @param name the field name that the caller used
   */
  public static @Nullable Object parse(
      FieldDescriptor field, String name, String text, List<FieldViolation> violations) {
    Object value =
        switch (field.getJavaType()) {
          case STRING -> text;
          case INT -> integer(text);
          case LONG -> number(text);
          case BOOLEAN -> BOOLEANS.get(text);
          case ENUM -> enumValue(field, text);
          case MESSAGE -> message(field, text);
          default ->
              throw new IllegalStateException(
                  "The type is not supported in text: " + field.getFullName());
        };
    if (value == null) {
      violations.add(violation(field, name));
    }
    return value;
  }

  private static FieldViolation violation(FieldDescriptor field, String name) {
    return switch (field.getJavaType()) {
      case ENUM -> FieldViolation.format(name, ViolationMessages.enumValue(field.getEnumType()));
      case MESSAGE -> FieldViolation.format(name, wellKnown(field).expectation());
      case BOOLEAN -> new FieldViolation(name, Rule.TYPE, 0, ViolationMessages.type(field));
      default -> new FieldViolation(name, Rule.INTEGER, 0, ViolationMessages.type(field));
    };
  }

  private static @Nullable Integer integer(String text) {
    Long value = number(text);
    return value == null || value != value.intValue() ? null : Integer.valueOf(value.intValue());
  }

  private static @Nullable Long number(String text) {
    try {
      return text.startsWith("+") ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable EnumValueDescriptor enumValue(FieldDescriptor field, String text) {
    EnumValueDescriptor named = field.getEnumType().findValueByName(text);
    Integer number = named == null ? integer(text) : null;
    return number == null ? named : field.getEnumType().findValueByNumber(number);
  }

  private static @Nullable Message message(FieldDescriptor field, String text) {
    return wellKnown(field).parse(text);
  }

  private static WellKnown wellKnown(FieldDescriptor field) {
    return MessageBinding.of(field.getMessageType()).wellKnown();
  }
}
