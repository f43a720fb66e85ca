package dev.parley.api;

import com.google.api.HttpRule;
import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which methods a path takes, for the {@code Allow} header of a 405. */
final class AllowedMethods {
  private record Binding(Pattern path, String method) {}

  private final List<Binding> bindings = new ArrayList<>();

  AllowedMethods(List<Face> faces) {
    for (Face face : faces) {
      for (BindableService service : face.services()) {
        for (ServerMethodDefinition<?, ?> method : service.bindService().getMethods()) {
          for (HttpRule rule : MethodPlan.of(method.getMethodDescriptor()).httpRules()) {
            bindings.add(new Binding(pattern(MethodPlan.path(rule)), rule.getPatternCase().name()));
          }
        }
      }
    }
  }

  /** The methods that {@code path} takes, joined by commas. */
  String of(String path) {
    return bindings.stream()
        .filter(binding -> binding.path().matcher(path).matches())
        .map(Binding::method)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static Pattern pattern(String template) {
    String quoted = Pattern.quote(template);
    return Pattern.compile(
        quoted
            .replaceAll("\\{\\w+=\\*\\*}", "\\\\E.+\\\\Q")
            .replaceAll("\\{\\w+}", "\\\\E[^/]+\\\\Q"));
  }
}
