package dev.parley.api.openapi;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP route of an RPC.
 *
 * @param rpc the RPC
 * @param verb the HTTP method, in lower case
 * @param path the path template, with only variable names in the braces
 * @param pathFields the fields in the path, in its order
 * @param takesRemainder whether the last variable matches the rest of the path, including slashes
 * @param bodyField the field that is the body; null if there is none
 * @param bodyFields the fields that are members of the body
 * @param queryFields the fields that are query parameters
 */
record Route(
    MethodDescriptor rpc,
    String verb,
    String path,
    List<FieldDescriptor> pathFields,
    boolean takesRemainder,
    @Nullable FieldDescriptor bodyField,
    List<FieldDescriptor> bodyFields,
    List<FieldDescriptor> queryFields) {

  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)(=\\*\\*)?}");

  /**
   * Returns all HTTP routes of {@code rpc}, the primary one first; empty if it is for gRPC only.
   */
  static List<Route> of(MethodDescriptor rpc) {
    HttpRule rule = rpc.getOptions().getExtension(AnnotationsProto.http);
    if (rule.getPatternCase() == HttpRule.PatternCase.PATTERN_NOT_SET) {
      return List.of();
    }
    return Stream.concat(Stream.of(rule), rule.getAdditionalBindingsList().stream())
        .map(each -> of(rpc, each))
        .toList();
  }

  private static Route of(MethodDescriptor rpc, HttpRule rule) {
    String template = template(rule);
    List<FieldDescriptor> inPath = new ArrayList<>();
    boolean remainder = false;
    Matcher variable = VARIABLE.matcher(template);
    while (variable.find()) {
      inPath.add(Objects.requireNonNull(rpc.getInputType().findFieldByName(variable.group(1))));
      remainder |= variable.group(2) != null;
    }
    boolean all = rule.getBody().equals("*");
    FieldDescriptor body = all ? null : rpc.getInputType().findFieldByName(rule.getBody());
    List<FieldDescriptor> others =
        rpc.getInputType().getFields().stream()
            .filter(field -> !inPath.contains(field) && !field.equals(body))
            .filter(field -> inPath.stream().noneMatch(given -> excludes(given, field)))
            .toList();
    return new Route(
        rpc,
        rule.getPatternCase().name().toLowerCase(Locale.ROOT),
        variable.replaceAll("{$1}"),
        List.copyOf(inPath),
        remainder,
        body,
        all ? others : List.of(),
        all ? List.of() : others);
  }

  boolean hasBody() {
    return bodyField != null || !bodyFields.isEmpty();
  }

  /** The fields that a caller sets, except those of the path. */
  Stream<FieldDescriptor> given() {
    return Stream.of(Stream.ofNullable(bodyField), bodyFields.stream(), queryFields.stream())
        .flatMap(fields -> fields);
  }

  /** Whether both fields belong to the same oneof. */
  private static boolean excludes(FieldDescriptor given, FieldDescriptor other) {
    return given.getRealContainingOneof() != null
        && given.getRealContainingOneof().equals(other.getRealContainingOneof());
  }

  private static String template(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> rule.getGet();
      case PUT -> rule.getPut();
      case POST -> rule.getPost();
      case DELETE -> rule.getDelete();
      case PATCH -> rule.getPatch();
      case CUSTOM, PATTERN_NOT_SET ->
          throw new IllegalArgumentException("The route has no HTTP method: " + rule);
    };
  }
}
