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
 * The comments of the protos. Descriptors in the running server have none: they are read from the
 * descriptor file that the build keeps for them.
 */
final class ProtoComments {
  private static final String RESOURCE = "/META-INF/armeria/grpc/parley.dsc";
  private static final String PARAGRAPH = "\n\n";

  private final Map<String, String> byName = new HashMap<>();

  private ProtoComments() {}

  /** Reads the comments of every proto: some milliseconds. */
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

  /** What the proto says of {@code element}, in paragraphs; empty for nothing. */
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
    Places places = new Places(texts);
    for (int i = 0; i < file.getServiceCount(); i++) {
      ServiceDescriptorProto service = file.getService(i);
      Place place =
          new Place(file.getPackage(), List.of())
              .at(FileDescriptorProto.SERVICE_FIELD_NUMBER, i, service.getName());
      places.note(place);
      for (int j = 0; j < service.getMethodCount(); j++) {
        String name = service.getMethod(j).getName();
        places.note(place.at(ServiceDescriptorProto.METHOD_FIELD_NUMBER, j, name));
      }
    }
    Place root = new Place(file.getPackage(), List.of());
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      DescriptorProto message = file.getMessageType(i);
      places.message(
          root.at(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i, message.getName()), message);
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      EnumDescriptorProto type = file.getEnumType(i);
      places.enumeration(
          root.at(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i, type.getName()), type);
    }
  }

  /** The text of a comment without its line breaks. */
  private static String paragraphs(String comment) {
    return Stream.of(comment.split("\n\\s*\n"))
        .map(paragraph -> paragraph.strip().replaceAll("\\s*\n\\s*", " "))
        // Readers take descriptions for Markdown, where this would begin a tag.
        .map(paragraph -> paragraph.replace("<", "\\<"))
        .collect(Collectors.joining(PARAGRAPH));
  }

  /**
   * Where an element stands in its file.
   *
   * @param name in full
   * @param path numbers of fields and indexes, from the file down
   */
  private record Place(String name, List<Integer> path) {
    Place at(int field, int index, String child) {
      List<Integer> below = new ArrayList<>(path);
      below.add(field);
      below.add(index);
      return new Place(name + "." + child, below);
    }
  }

  /** The elements of one file. */
  private final class Places {
    private final Map<List<Integer>, String> texts;

    Places(Map<List<Integer>, String> texts) {
      this.texts = texts;
    }

    void note(Place place) {
      String text = texts.get(place.path());
      if (text != null) {
        byName.put(place.name(), text);
      }
    }

    void message(Place place, DescriptorProto message) {
      note(place);
      for (int i = 0; i < message.getFieldCount(); i++) {
        note(place.at(DescriptorProto.FIELD_FIELD_NUMBER, i, message.getField(i).getName()));
      }
      for (int i = 0; i < message.getEnumTypeCount(); i++) {
        EnumDescriptorProto type = message.getEnumType(i);
        enumeration(place.at(DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i, type.getName()), type);
      }
    }

    void enumeration(Place place, EnumDescriptorProto type) {
      note(place);
      for (int i = 0; i < type.getValueCount(); i++) {
        note(place.at(EnumDescriptorProto.VALUE_FIELD_NUMBER, i, type.getValue(i).getName()));
      }
    }
  }
}
