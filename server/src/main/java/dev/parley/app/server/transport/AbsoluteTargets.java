package dev.parley.app.server.transport;

/** Request targets in absolute form, {@code http://host/path}, as sent to proxies. */
final class AbsoluteTargets {
  private static final String SCHEME_END = "://";

  private AbsoluteTargets() {}

  /** The path and query of {@code target}. A target in origin form is returned unchanged. */
  static String toOriginForm(String target) {
    int scheme = target.startsWith("/") ? -1 : target.indexOf(SCHEME_END);
    if (scheme < 0) {
      return target;
    }
    int authority = scheme + SCHEME_END.length();
    int path = target.indexOf('/', authority);
    int query = target.indexOf('?', authority);
    if (path < 0 || (query >= 0 && query < path)) {
      return query < 0 ? "/" : "/" + target.substring(query);
    }
    return target.substring(path);
  }
}
