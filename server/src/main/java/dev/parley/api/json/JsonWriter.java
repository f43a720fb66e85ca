package dev.parley.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;

/**
 * Writes messages as proto3 JSON, with the extensions that their options declare.
 *
 * <p>A field without presence is always written, including empty lists and zeros, unless its
 * options omit an empty list. A field with presence is written only if it is set, unless its
 * options require {@code null}.
 */
final class JsonWriter {
  /** Prints errors within responses, with the types of their details. */
  private static final JsonFormat.Printer STATUS =
      JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(ErrorInfo.getDescriptor())
                  .add(BadRequest.getDescriptor())
                  .add(RetryInfo.getDescriptor())
                  .build());

  private final JsonGenerator json;

  /** Creates a writer for parts of messages, which the caller assembles. */
  JsonWriter(JsonGenerator json) {
    this.json = json;
  }

  /** Writes one message. Writes nothing for a transparent message without a value. */
  static void write(JsonFactory factory, Message message, OutputStream out) throws IOException {
    try (JsonGenerator json = factory.createGenerator(out)) {
      new JsonWriter(json).message(message);
    }
  }

  private void message(Message message) throws IOException {
    if (message instanceof Status status) {
      json.writeRawValue(STATUS.print(status));
      return;
    }
    MessageBinding binding = MessageBinding.of(message.getDescriptorForType());
    if (binding.wellKnown() != WellKnown.NONE) {
      json.writeString(binding.wellKnown().format(message));
    } else if (message instanceof Content content && content.hasText()) {
      text(content.getTextBytes());
    } else if (message instanceof Json raw && raw.hasValue()) {
      raw(raw.getValueBytes());
    } else if (binding.isTransparent()) {
      transparent(message, binding);
    } else {
      json.writeStartObject();
      members(message, binding.fields());
      json.writeEndObject();
    }
  }

  /** Writes fields of a message as members of the current object. */
  void members(Message message, List<FieldBinding> fields) throws IOException {
    for (FieldBinding field : fields) {
      if (isWritten(message, field)) {
        json.writeFieldName(field.jsonName());
        field(field, message.getField(field.descriptor()));
      } else if (field.form().getNullWhenUnset()) {
        json.writeFieldName(field.jsonName());
        json.writeNull();
      }
    }
  }

  /** Writes items of the field into the current array. */
  void items(FieldBinding field, List<?> items) throws IOException {
    for (Object item : items) {
      single(field, item);
    }
  }

  /** Writes stored text directly, because converting it to a string would be most of the work. */
  private void text(ByteString utf8) throws IOException {
    byte[] bytes = utf8.toByteArray();
    json.writeUTF8String(bytes, 0, bytes.length);
  }

  /** Writes stored JSON directly, for the same reason. */
  private void raw(ByteString utf8) throws IOException {
    // Writes what separates the value from the previous one.
    json.writeRawValue("");
    json.flush();
    utf8.writeTo((OutputStream) json.getOutputTarget());
  }

  private static boolean isWritten(Message message, FieldBinding field) {
    FieldDescriptor descriptor = field.descriptor();
    if (field.form().getOmitWhenEmpty()) {
      return message.getRepeatedFieldCount(descriptor) > 0;
    }
    // hasField is false for a default value without presence.
    boolean always = !descriptor.hasPresence() && !field.form().getOmittedByMask();
    return always || message.hasField(descriptor);
  }

  private void transparent(Message message, MessageBinding binding) throws IOException {
    for (FieldBinding field : binding.fields()) {
      if (!field.descriptor().hasPresence() || message.hasField(field.descriptor())) {
        field(field, message.getField(field.descriptor()));
        return;
      }
    }
  }

  private void field(FieldBinding field, Object value) throws IOException {
    if (field.descriptor().isMapField()) {
      map(field.descriptor(), (List<?>) value);
    } else if (field.descriptor().isRepeated()) {
      json.writeStartArray();
      items(field, (List<?>) value);
      json.writeEndArray();
    } else {
      single(field, value);
    }
  }

  private void map(FieldDescriptor descriptor, List<?> entries) throws IOException {
    FieldDescriptor key = descriptor.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = descriptor.getMessageType().findFieldByNumber(2);
    json.writeStartObject();
    for (Object each : entries) {
      Message entry = (Message) each;
      json.writeStringField((String) entry.getField(key), (String) entry.getField(value));
    }
    json.writeEndObject();
  }

  private void single(FieldBinding field, Object value) throws IOException {
    FieldDescriptor.JavaType type = field.descriptor().getJavaType();
    switch (type) {
      case STRING -> {
        if (field.form().getVerbatim()) {
          json.writeRawValue((String) value);
        } else {
          json.writeString((String) value);
        }
      }
      case INT -> json.writeNumber((Integer) value);
      case LONG -> {
        if (field.form().getNumber()) {
          json.writeNumber((Long) value);
        } else {
          json.writeString(Long.toString((Long) value));
        }
      }
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case ENUM -> json.writeString(((EnumValueDescriptor) value).getName());
      case MESSAGE -> message((Message) value);
      case DOUBLE -> json.writeNumber(decimal((Double) value));
      case FLOAT, BYTE_STRING ->
          throw new IllegalStateException(
              "The type is not supported in JSON: " + field.descriptor().getFullName());
    }
  }

  /** Returns the shortest decimal that represents the number exactly, without an exponent. */
  private static String decimal(double number) {
    // Double.toString of Java 17 does not always return the shortest decimal.
    BigDecimal decimal = new BigDecimal(NumberOutput.toString(number, true)).stripTrailingZeros();
    return decimal.setScale(Math.max(1, decimal.scale())).toPlainString();
  }
}
