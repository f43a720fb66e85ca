package dev.parley.api.openapi;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The comments of the protos. The descriptors of the running server have no comments, so they are
 * read from the descriptor file of the build.
 */
final class ProtoComments {
  private static final String RESOURCE = "/META-INF/armeria/grpc/parley.dsc";
  private static final String PARAGRAPH = "\n\n";

  private final Map<String, String> byName = new HashMap<>();

  private ProtoComments() {}

  /** Reads the comments of all protos. Takes a few milliseconds. */
  static ProtoComments load() {
    ProtoComments comments = new ProtoComments();
    try (InputStream in =
        Objects.requireNonNull(ProtoComments.class.getResourceAsStream(RESOURCE))) {
      FileDescriptorSet.parseFrom(in).getFileList().forEach(comments::file);
    } catch (IOException e) {
      throw new IllegalStateException("The jar lacks " + RESOURCE, e);
    }
    return comments;
  }

  /** Returns the comment of {@code element}, with its paragraphs; empty if it has none. */
  String of(GenericDescriptor element) {
    return byName.getOrDefault(element.getFullName(), "");
  }

  private void file(FileDescriptorProto file) {
    Map<List<Integer>, String> texts = new HashMap<>();
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      if (location.hasLeadingComments()) {
        texts.put(location.getPathList(), paragraphs(location.getLeadingComments()));
      }
    }
    Elements elements = new Elements(texts);
    for (int i = 0; i < file.getServiceCount(); i++) {
      ServiceDescriptorProto service = file.getService(i);
      Element element =
          new Element(file.getPackage(), List.of())
              .child(FileDescriptorProto.SERVICE_FIELD_NUMBER, i, service.getName());
      elements.add(element);
      for (int j = 0; j < service.getMethodCount(); j++) {
        String name = service.getMethod(j).getName();
        elements.add(element.child(ServiceDescriptorProto.METHOD_FIELD_NUMBER, j, name));
      }
    }
    Element root = new Element(file.getPackage(), List.of());
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      DescriptorProto message = file.getMessageType(i);
      elements.message(
          root.child(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i, message.getName()), message);
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      EnumDescriptorProto type = file.getEnumType(i);
      elements.enumeration(
          root.child(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i, type.getName()), type);
    }
  }

  /** Joins the lines of each paragraph of a comment. */
  private static String paragraphs(String comment) {
    return Stream.of(comment.split("\n\\s*\n"))
        .map(paragraph -> paragraph.strip().replaceAll("\\s*\n\\s*", " "))
        // Descriptions are rendered as Markdown, where this character would start a tag.
        .map(paragraph -> paragraph.replace("<", "\\<"))
        .collect(Collectors.joining(PARAGRAPH));
  }

  /**
   * The position of an element in its file.
   *
   * @param name the full name
   * @param path the field numbers and indexes from the file down
   */
  private record Element(String name, List<Integer> path) {
    Element child(int field, int index, String child) {
      List<Integer> below = new ArrayList<>(path);
      below.add(field);
      below.add(index);
      return new Element(name + "." + child, below);
    }
  }

  /** The elements of one file. */
  private final class Elements {
    private final Map<List<Integer>, String> texts;

    Elements(Map<List<Integer>, String> texts) {
      this.texts = texts;
    }

    void add(Element element) {
      String text = texts.get(element.path());
      if (text != null) {
        byName.put(element.name(), text);
      }
    }

    void message(Element element, DescriptorProto message) {
      add(element);
      for (int i = 0; i < message.getFieldCount(); i++) {
        add(element.child(DescriptorProto.FIELD_FIELD_NUMBER, i, message.getField(i).getName()));
      }
      for (int i = 0; i < message.getEnumTypeCount(); i++) {
        EnumDescriptorProto type = message.getEnumType(i);
        enumeration(element.child(DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i, type.getName()), type);
      }
    }

    void enumeration(Element element, EnumDescriptorProto type) {
      add(element);
      for (int i = 0; i < type.getValueCount(); i++) {
        add(element.child(EnumDescriptorProto.VALUE_FIELD_NUMBER, i, type.getValue(i).getName()));
      }
    }
  }
}
