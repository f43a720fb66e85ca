package dev.parley.testing;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats a descriptor as proto source without options, like {@code describe} of grpcurl. */
final class DescriptorText {
  private DescriptorText() {}

  /** Returns the description and the source. */
  static String of(GenericDescriptor descriptor) {
    String kind;
    String source;
    if (descriptor instanceof ServiceDescriptor service) {
      kind = "a service";
      source = service(service);
    } else if (descriptor instanceof MethodDescriptor method) {
      kind = "a method";
      source = method(method) + "\n";
    } else if (descriptor instanceof Descriptor message) {
      kind = "a message";
      source = message(message);
    } else if (descriptor instanceof EnumDescriptor type) {
      kind = "an enum";
      source = type(type);
    } else if (descriptor instanceof FieldDescriptor field) {
      kind = field.isExtension() ? "an extension" : "a field";
      source = field(field) + "\n";
    } else {
      kind = "an enum value";
      source = value((EnumValueDescriptor) descriptor) + "\n";
    }
    return descriptor.getFullName() + " is " + kind + ":\n" + source.stripTrailing();
  }

  private static String service(ServiceDescriptor service) {
    return block(
        "service " + service.getName(),
        service.getMethods().stream()
            .map(method -> method(method) + "\n")
            .collect(Collectors.joining()));
  }

  private static String method(MethodDescriptor method) {
    return "rpc %s ( %s.%s ) returns ( %s.%s );"
        .formatted(
            method.getName(),
            method.isClientStreaming() ? "stream " : "",
            method.getInputType().getFullName(),
            method.isServerStreaming() ? "stream " : "",
            method.getOutputType().getFullName());
  }

  private static String message(Descriptor message) {
    StringBuilder body = new StringBuilder();
    for (FieldDescriptor field : message.getFields()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (oneof == null) {
        body.append(field(field)).append('\n');
      } else if (oneof.getField(0) == field) {
        String fields =
            oneof.getFields().stream().map(f -> field(f) + "\n").collect(Collectors.joining());
        body.append(block("oneof " + oneof.getName(), fields));
      }
    }
    message.getEnumTypes().forEach(type -> body.append(type(type)));
    message.getNestedTypes().stream()
        .filter(nested -> !nested.getOptions().getMapEntry())
        .forEach(nested -> body.append(message(nested)));
    return block("message " + message.getName(), body.toString());
  }

  private static String field(FieldDescriptor field) {
    String label = "";
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<%s, %s> %s = %d;"
          .formatted(
              type(entry.findFieldByNumber(1)),
              type(entry.findFieldByNumber(2)),
              field.getName(),
              field.getNumber());
    }
    if (field.isRepeated()) {
      label = "repeated ";
    } else if (field.toProto().getProto3Optional()) {
      label = "optional ";
    }
    return label + type(field) + " " + field.getName() + " = " + field.getNumber() + ";";
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> "." + field.getMessageType().getFullName();
      case ENUM -> "." + field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String type(EnumDescriptor type) {
    return block(
        "enum " + type.getName(),
        type.getValues().stream().map(value -> value(value) + "\n").collect(Collectors.joining()));
  }

  private static String value(EnumValueDescriptor value) {
    return value.getName() + " = " + value.getNumber() + ";";
  }

  private static String block(String header, String body) {
    return body.isEmpty() ? header + " {\n}\n" : header + " {\n" + body.indent(2) + "}\n";
  }
}
