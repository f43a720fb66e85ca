package dev.parley.api.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import dev.parley.proto.v1.AnnotationsProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The JSON binding of one message type, read from its descriptor once. */
final class MessageBinding {
  private static final Map<Descriptor, MessageBinding> BINDINGS = new ConcurrentHashMap<>();

  private final List<FieldBinding> fields;
  private final Map<String, FieldBinding> byName;
  private final boolean transparent;
  private final @Nullable OneofDescriptor choice;
  private final WellKnown wellKnown;

  private MessageBinding(Descriptor descriptor) {
    fields =
        descriptor.getFields().stream()
            .map(FieldBinding::of)
            .filter(field -> !field.form().getGrpcOnly())
            .toList();
    byName = new HashMap<>();
    for (FieldBinding field : fields) {
      byName.put(field.descriptor().getName(), field);
      byName.put(field.descriptor().getJsonName(), field);
    }
    transparent = descriptor.getOptions().getExtension(AnnotationsProto.transparent);
    choice = transparent ? choice(descriptor) : null;
    wellKnown = WellKnown.of(descriptor);
  }

  /** The oneof that contains all fields of the message; null if there are other fields. */
  private static @Nullable OneofDescriptor choice(Descriptor descriptor) {
    List<OneofDescriptor> oneofs = descriptor.getRealOneofs();
    boolean only =
        oneofs.size() == 1 && oneofs.get(0).getFieldCount() == descriptor.getFields().size();
    return only ? oneofs.get(0) : null;
  }

  static MessageBinding of(Descriptor descriptor) {
    MessageBinding binding = BINDINGS.get(descriptor);
    return binding != null ? binding : BINDINGS.computeIfAbsent(descriptor, MessageBinding::new);
  }

  /** The fields in JSON, in the order of the proto. */
  List<FieldBinding> fields() {
    return fields;
  }

  /** Returns the field with this JSON or proto name. */
  @Nullable FieldBinding field(String name) {
    return byName.get(name);
  }

  /** Whether the JSON form of the message is the value of its one field that is set. */
  boolean isTransparent() {
    return transparent;
  }

  /** Whether a message that consists of one oneof has a value. */
  boolean isChosen(Message message) {
    return choice == null || message.hasOneof(choice);
  }

  WellKnown wellKnown() {
    return wellKnown;
  }

  /** The field of a transparent message for JSON strings. */
  @Nullable FieldBinding stringField() {
    for (FieldBinding field : fields) {
      if (field.descriptor().getType() == FieldDescriptor.Type.STRING
          && !field.form().getVerbatim()) {
        return field;
      }
    }
    return null;
  }

  /** The field of a transparent message for other JSON values. */
  @Nullable FieldBinding otherField() {
    FieldBinding string = stringField();
    for (FieldBinding field : fields) {
      if (!field.equals(string)) {
        return field;
      }
    }
    return null;
  }
}
