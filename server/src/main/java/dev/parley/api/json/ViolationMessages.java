package dev.parley.api.json;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.parley.model.FieldViolation.Rule;
import java.util.stream.Collectors;

/** The messages for fields of the wrong type. */
final class ViolationMessages {
  private ViolationMessages() {}

  static Rule ruleOf(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> Rule.STRING;
      case INT, LONG -> Rule.INTEGER;
      default -> Rule.TYPE;
    };
  }

  static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> "must be a string";
      case INT -> "must be an integer of 32 bits";
      case LONG -> "must be an integer of 64 bits";
      case BOOLEAN -> "must be true or false";
      case ENUM -> enumValue(field.getEnumType());
      default -> "must be an object";
    };
  }

  /** Lists the allowed values, without the one for "not set". */
  static String enumValue(EnumDescriptor type) {
    return type.getValues().stream()
        .filter(value -> value.getNumber() != 0)
        .map(EnumValueDescriptor::getName)
        .collect(Collectors.joining(", ", "must be one of ", ""));
  }
}
