package dev.parley.docs;

import static dev.parley.docs.MarkdownTable.code;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.auth.Principal;
import dev.parley.auth.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The tables of {@code PERMISSIONS.md}. The scopes come from the protos, and whether a caller holds
 * one is what {@link Principal#holds} answers.
 */
final class PermissionTables {
  private static final List<String> KEY_SCOPES =
      List.of(
          Scope.AGENT_READ,
          Scope.AGENT_MANAGE,
          Scope.CHAT,
          Scope.AIP_AGENTS_READ,
          Scope.AIP_AGENTS_WRITE);
  private static final UUID AGENT = new UUID(0, 1);

  private PermissionTables() {}

  static Stream<GeneratedSection> sections() {
    return Stream.concat(
        Stream.of(new GeneratedSection("PERMISSIONS.md", "scopes", scopes())),
        Protos.files().keySet().stream()
            .map(api -> new GeneratedSection("PERMISSIONS.md", api, rpcs(api))));
  }

  /** The scopes of each kind of credential. */
  private static String scopes() {
    Set<String> required = new TreeSet<>();
    Protos.files().keySet().stream()
        .flatMap(api -> Protos.rpcs(api).stream())
        .forEach(rpc -> required.add(Protos.scope(rpc)));
    List<String> headings = new ArrayList<>(List.of("Credential"));
    required.forEach(scope -> headings.add(code(scope)));
    MarkdownTable table = new MarkdownTable(headings);
    Map<String, Principal> callers = callers();
    for (String scope : KEY_SCOPES) {
      callers.put("user token with " + code(scope), user(Set.of(scope)));
    }
    callers.forEach(
        (name, caller) -> {
          List<String> cells = new ArrayList<>(List.of(name));
          required.forEach(scope -> cells.add(mark(caller, scope)));
          table.add(cells);
        });
    return table.toString();
  }

  /** Which callers may call the RPCs of an API. */
  private static String rpcs(String api) {
    Map<String, Principal> callers = callers();
    List<String> headings = new ArrayList<>(List.of("RPC", "Scope"));
    headings.addAll(callers.keySet());
    MarkdownTable table = new MarkdownTable(headings);
    for (MethodDescriptor rpc : Protos.rpcs(api)) {
      String scope = Protos.scope(rpc);
      List<String> cells = new ArrayList<>(List.of(code(Protos.name(rpc)), code(scope)));
      callers.values().forEach(caller -> cells.add(mark(caller, scope)));
      table.add(cells);
    }
    return table.toString();
  }

  private static Map<String, Principal> callers() {
    Map<String, Principal> callers = new LinkedHashMap<>();
    callers.put("root key", new Principal.Root());
    callers.put("master key", new Principal.Master("acme", null, null));
    for (String scope : KEY_SCOPES) {
      // Every agent key holds agent:read as well.
      callers.put(
          "agent key with " + code(scope),
          new Principal.AgentHolder(AGENT, keyScopes(scope), null, null));
    }
    callers.put("user token without scopes", user(Set.of()));
    return callers;
  }

  private static Set<String> keyScopes(String scope) {
    Set<String> scopes = new TreeSet<>();
    scopes.add(Scope.AGENT_READ);
    scopes.add(scope);
    return scopes;
  }

  private static Principal user(Set<String> scopes) {
    return new Principal.User("acme", "ada", null, scopes);
  }

  private static String mark(Principal caller, String scope) {
    return caller.holds(scope) ? "yes" : "-";
  }
}
