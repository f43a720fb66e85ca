package dev.parley.api.rest;

import com.linecorp.armeria.common.HttpMethod;
import dev.parley.api.call.RpcBinding;
import dev.parley.model.SessionException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route for a method and a raw path. Percent-encoded slashes do not separate segments.
 * The values of variables are decoded after the match.
 *
 * <p>A literal segment takes precedence over a variable, and a variable over the rest of the path.
 * Empty segments are ignored, except in the rest of the path.
 */
final class Router {
  private final Node root = new Node();

  Router(List<RpcBinding> rpcs) {
    for (RpcBinding rpc : rpcs) {
      RestRoute.of(rpc).forEach(this::add);
      add(RestRoute.ofRpcPath(rpc));
    }
  }

  /**
   * A matching route.
   *
   * @param route the route
   * @param values the raw values of its path variables, in the order of the path
   */
  record Match(RestRoute route, List<String> values) {}

  private void add(RestRoute route) {
    Node node = root;
    for (String text : route.segments()) {
      PathSegment segment = PathSegment.parse(text);
      if (segment.remainder()) {
        add(node.remainders, route);
        return;
      }
      if (segment.variable() == null) {
        node = node.literals.computeIfAbsent(segment.literal(), literal -> new Node());
      } else if (segment.verb().isEmpty()) {
        node.variable = node.variable == null ? new Node() : node.variable;
        node = node.variable;
      } else {
        add(node.verbs.computeIfAbsent(segment.verb(), verb -> newRoutes()), route);
        return;
      }
    }
    add(node.routes, route);
  }

  private static void add(Map<HttpMethod, RestRoute> routes, RestRoute route) {
    if (routes.put(route.method(), route) != null) {
      throw new IllegalStateException(
          "Two routes have the same path: " + route.method() + " " + route.segments());
    }
  }

  private static Map<HttpMethod, RestRoute> newRoutes() {
    return new EnumMap<>(HttpMethod.class);
  }

  /** Returns the route for {@code method} and {@code rawPath}; null if there is none. */
  @Nullable Match find(HttpMethod method, String rawPath) {
    Search search = new Search(method, rawPath);
    search.from(root, 1);
    return search.found;
  }

  /** Returns the methods of a path; empty if no route matches or the path is not UTF-8. */
  Set<HttpMethod> methods(String rawPath) {
    Search search = new Search(null, rawPath);
    try {
      search.from(root, 1);
    } catch (SessionException e) {
      return Set.of();
    }
    return search.methods;
  }

  /**
   * A node of the routing tree. Its children are literal segments and a variable. A route can end
   * here, also with a variable with a verb or with the rest of the path as its last segment.
   */
  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private @Nullable Node variable;
    private final Map<HttpMethod, RestRoute> routes = newRoutes();
    private final Map<String, Map<HttpMethod, RestRoute>> verbs = new HashMap<>();
    private final Map<HttpMethod, RestRoute> remainders = newRoutes();
  }

  /** One search. Without a method, it collects the methods of all matching routes. */
  private static final class Search {
    private final @Nullable HttpMethod method;
    private final String path;
    private final List<String> values = new ArrayList<>(4);
    private final Set<HttpMethod> methods = new LinkedHashSet<>();
    private @Nullable Match found;

    Search(@Nullable HttpMethod method, String path) {
      this.method = method;
      this.path = path;
    }

    /** Continues at a node with the path from {@code start}, after a slash. */
    private boolean from(Node node, int start) {
      int begin = start;
      while (begin < path.length() && path.charAt(begin) == '/') {
        begin++;
      }
      if (begin >= path.length()) {
        // A trailing slash is part of the rest of the path, but of no other route.
        return rest(node, start);
      }
      int slash = path.indexOf('/', begin);
      int end = slash < 0 ? path.length() : slash;
      String segment = path.substring(begin, end);
      Node literal = node.literals.get(decodedLiteral(segment));
      if (literal != null && next(literal, end)) {
        return true;
      }
      if (slash < 0 && verb(node, segment)) {
        return true;
      }
      if (node.variable != null) {
        values.add(segment);
        if (next(node.variable, end)) {
          return true;
        }
        values.remove(values.size() - 1);
      }
      return rest(node, start);
    }

    private boolean next(Node node, int end) {
      return end == path.length() ? take(node.routes) : from(node, end + 1);
    }

    private boolean verb(Node node, String segment) {
      for (Map.Entry<String, Map<HttpMethod, RestRoute>> verb : node.verbs.entrySet()) {
        if (segment.length() > verb.getKey().length() && segment.endsWith(verb.getKey())) {
          values.add(segment.substring(0, segment.length() - verb.getKey().length()));
          if (take(verb.getValue())) {
            return true;
          }
          values.remove(values.size() - 1);
        }
      }
      return false;
    }

    private boolean rest(Node node, int start) {
      if (node.remainders.isEmpty()) {
        return false;
      }
      values.add(path.substring(Math.min(start, path.length())));
      if (take(node.remainders)) {
        return true;
      }
      values.remove(values.size() - 1);
      return false;
    }

    private boolean take(Map<HttpMethod, RestRoute> routes) {
      if (method == null) {
        methods.addAll(routes.keySet());
        return false;
      }
      RestRoute route = routes.get(method);
      if (route == null) {
        return false;
      }
      found = new Match(route, List.copyOf(values));
      return true;
    }

    private static String decodedLiteral(String segment) {
      return segment.indexOf('%') < 0 ? segment : PercentCoding.decode(segment, "path", false);
    }
  }
}
