package dev.parley.api.json;

import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.JsonForm;
import dev.parley.proto.v1.Rule;
import org.jspecify.annotations.Nullable;

/**
 * The JSON binding of one field.
 *
 * @param descriptor the field
 * @param jsonName the encoded JSON name
 * @param form the JSON form, from the proto
 * @param rule the validation rule, from the proto; null if there is none
 * @param oneof the oneof that contains the field; null if there is none
 */
record FieldBinding(
    FieldDescriptor descriptor,
    SerializedString jsonName,
    JsonForm form,
    @Nullable Rule rule,
    @Nullable OneofDescriptor oneof) {

  static FieldBinding of(FieldDescriptor field) {
    if (field.isMapField() && !isTextMap(field)) {
      throw new IllegalArgumentException(
          "Only maps from string to string are supported: " + field.getFullName());
    }
    return new FieldBinding(
        field,
        new SerializedString(field.getJsonName()),
        field.getOptions().getExtension(AnnotationsProto.json),
        field.getOptions().hasExtension(AnnotationsProto.rule)
            ? field.getOptions().getExtension(AnnotationsProto.rule)
            : null,
        field.getRealContainingOneof());
  }

  private static boolean isTextMap(FieldDescriptor field) {
    return field.getMessageType().getFields().stream()
        .allMatch(each -> each.getType() == FieldDescriptor.Type.STRING);
  }
}
