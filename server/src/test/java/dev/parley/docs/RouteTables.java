package dev.parley.docs;

import static dev.parley.docs.MarkdownTable.code;

import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.List;
import java.util.stream.Stream;

/** The tables of {@code ROUTES.md}: one for each API. */
final class RouteTables {
  private RouteTables() {}

  static Stream<GeneratedSection> sections() {
    return Protos.files().keySet().stream()
        .map(api -> new GeneratedSection("ROUTES.md", api, table(api)));
  }

  private static String table(String api) {
    MarkdownTable table = new MarkdownTable(List.of("Route", "RPC", "Scope", "Errors"));
    for (MethodDescriptor rpc : Protos.rpcs(api)) {
      for (String route : Protos.routes(rpc)) {
        table.add(
            List.of(
                code(route),
                code(Protos.name(rpc)),
                code(Protos.scope(rpc)),
                code(Protos.errors(rpc))));
      }
    }
    return table.toString();
  }
}
