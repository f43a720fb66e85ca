package dev.parley.proto;

import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The .proto files of this module, as sources and as descriptors. */
final class ProtoFiles {
  /** The folder of this module; surefire sets the property. */
  static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  private static final Path SOURCES = MODULE.resolve("src/main/proto");
  private static final Pattern JAVA_OPTION =
      Pattern.compile("(?m)^option (java_package|java_outer_classname) = \"([^\"]+)\";$");

  private ProtoFiles() {}

  /** The sources by the name that imports use, such as {@code parley/v1/content.proto}. */
  static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".proto")).sorted().toList()) {
        String name = SOURCES.relativize(file).toString().replace('\\', '/');
        sources.put(name, Files.readString(file));
      }
    }
    return sources;
  }

  /** The descriptors in the generated classes, one for each source. */
  static List<FileDescriptor> descriptors() throws IOException {
    return sources().entrySet().stream()
        .map(source -> descriptor(source.getKey(), source.getValue()))
        .toList();
  }

  private static FileDescriptor descriptor(String name, String source) {
    Map<String, String> options = new LinkedHashMap<>();
    for (Matcher m = JAVA_OPTION.matcher(source); m.find(); ) {
      options.put(m.group(1), m.group(2));
    }
    String outer = options.get("java_package") + "." + options.get("java_outer_classname");
    try {
      return (FileDescriptor) Class.forName(outer).getMethod("getDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(name + " has no generated class " + outer, e);
    }
  }
}
