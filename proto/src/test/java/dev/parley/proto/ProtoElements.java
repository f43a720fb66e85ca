package dev.parley.proto;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Says of each proto element, on one line, what clients rely on: {@code <kind> <name>: <facts>}.
 * The part before the first {@code ": "} names the element and is unique.
 */
final class ProtoElements {
  // Routes have lines of their own. Rules and field behavior are checked at run time, so loosening
  // them breaks no client. Clients have to handle reasons that they do not know.
  private static final Set<String> OPTIONS_LEFT_OUT =
      Set.of(
          "google.api.http",
          "google.api.field_behavior",
          "parley.v1.errors",
          "parley.v1.rule",
          "parley.v1.names_agent");
  private static final TextFormat.Printer OPTIONS = TextFormat.printer().emittingSingleLine(true);

  private final SortedSet<String> lines = new TreeSet<>();

  private ProtoElements() {}

  /** The sorted lines of all elements of {@code files}. */
  static List<String> of(Collection<FileDescriptor> files) {
    ProtoElements elements = new ProtoElements();
    files.forEach(elements::addFile);
    return List.copyOf(elements.lines);
  }

  private void addFile(FileDescriptor file) {
    add(
        "file " + file.getFullName(),
        "package " + file.getPackage(),
        "java " + file.getOptions().getJavaPackage(),
        file.getOptions().getJavaMultipleFiles() ? "multiple_files" : "one_file");
    file.getMessageTypes().forEach(this::addMessage);
    file.getEnumTypes().forEach(this::addEnum);
    file.getServices().forEach(this::addService);
    file.getExtensions().forEach(this::addExtension);
  }

  private void addMessage(Descriptor message) {
    add("message " + message.getFullName(), options(message.getOptions()));
    message.getFields().forEach(this::addField);
    message.getNestedTypes().forEach(this::addMessage);
    message.getEnumTypes().forEach(this::addEnum);
    message.getExtensions().forEach(this::addExtension);
  }

  private void addField(FieldDescriptor field) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    add(
        "field " + field.getFullName(),
        Integer.toString(field.getNumber()),
        label(field),
        type(field),
        "json " + field.getJsonName(),
        oneof == null ? "" : "oneof " + oneof.getName(),
        options(field.getOptions()));
  }

  private void addExtension(FieldDescriptor extension) {
    add(
        "extension " + extension.getFullName(),
        Integer.toString(extension.getNumber()),
        label(extension),
        type(extension),
        "extends " + extension.getContainingType().getFullName());
  }

  private void addEnum(EnumDescriptor type) {
    add("enum " + type.getFullName(), options(type.getOptions()));
    for (EnumValueDescriptor value : type.getValues()) {
      // The full name of a value leaves out its enum, as in C++.
      add(
          "value " + type.getFullName() + "." + value.getName(),
          Integer.toString(value.getNumber()),
          options(value.getOptions()));
    }
  }

  private void addService(ServiceDescriptor service) {
    add("service " + service.getFullName(), options(service.getOptions()));
    service.getMethods().forEach(this::addRpc);
  }

  private void addRpc(MethodDescriptor rpc) {
    add(
        "rpc " + rpc.getFullName(),
        (rpc.isClientStreaming() ? "stream " : "") + rpc.getInputType().getFullName(),
        "->",
        (rpc.isServerStreaming() ? "stream " : "") + rpc.getOutputType().getFullName(),
        options(rpc.getOptions()));
    HttpRule rule = rpc.getOptions().getExtension(AnnotationsProto.http);
    if (rpc.getOptions().hasExtension(AnnotationsProto.http)) {
      addRoute(rpc, rule);
      rule.getAdditionalBindingsList().forEach(binding -> addRoute(rpc, binding));
    }
  }

  /** A route is an element of its own: one more of them breaks nobody. */
  private void addRoute(MethodDescriptor rpc, HttpRule rule) {
    String route =
        switch (rule.getPatternCase()) {
          case GET -> "GET " + rule.getGet();
          case PUT -> "PUT " + rule.getPut();
          case POST -> "POST " + rule.getPost();
          case DELETE -> "DELETE " + rule.getDelete();
          case PATCH -> "PATCH " + rule.getPatch();
          case CUSTOM -> rule.getCustom().getKind() + " " + rule.getCustom().getPath();
          case PATTERN_NOT_SET -> throw new IllegalArgumentException(rpc + " has an empty rule.");
        };
    add(
        "route " + route,
        rpc.getFullName(),
        rule.getBody().isEmpty() ? "" : "body " + rule.getBody(),
        rule.getResponseBody().isEmpty() ? "" : "response_body " + rule.getResponseBody());
  }

  private void add(String element, String... facts) {
    StringBuilder line = new StringBuilder(element).append(':');
    for (String fact : facts) {
      if (!fact.isEmpty()) {
        line.append(' ').append(fact);
      }
    }
    if (!lines.add(line.toString())) {
      throw new IllegalArgumentException("Two elements are the same: " + line);
    }
  }

  private static String label(FieldDescriptor field) {
    if (field.isRepeated()) {
      return "repeated";
    }
    return field.hasPresence() ? "optional" : "implicit";
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  /** The options that are set, by name. */
  private static String options(Message options) {
    Map<String, String> set = new TreeMap<>();
    options
        .getAllFields()
        .forEach(
            (option, value) -> {
              if (!OPTIONS_LEFT_OUT.contains(option.getFullName())) {
                set.put(option.getFullName(), OPTIONS.printFieldToString(option, value).strip());
              }
            });
    return String.join(" ", set.values());
  }
}
