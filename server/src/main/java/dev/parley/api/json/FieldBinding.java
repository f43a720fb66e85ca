package dev.parley.api.json;

import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.JsonForm;
import dev.parley.proto.v1.Rule;
import org.jspecify.annotations.Nullable;

/**
 * How one field looks in JSON and what it must hold.
 *
 * @param descriptor the field
 * @param jsonName its name in JSON, encoded
 * @param form its looks, from the proto
 * @param rule what it must hold, from the proto; null for anything
 * @param oneof the oneof that it is part of
 */
record FieldBinding(
    FieldDescriptor descriptor,
    SerializedString jsonName,
    JsonForm form,
    @Nullable Rule rule,
    @Nullable OneofDescriptor oneof) {

  static FieldBinding of(FieldDescriptor field) {
    if (field.isMapField()) {
      throw new IllegalArgumentException("Maps have no JSON binding: " + field.getFullName());
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
}
