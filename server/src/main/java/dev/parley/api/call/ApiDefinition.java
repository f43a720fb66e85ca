package dev.parley.api.call;

import dev.parley.api.call.error.ErrorFormat;
import java.util.List;
import java.util.Map;

/**
 * One API of the server, with everything that the transports need to know about it.
 *
 * @param name the name in logs, metrics and documentation, such as {@code guayaba}
 * @param pathPrefix the first path segments of the API's REST routes; the API with the longest
 *     matching prefix handles a request, and the API with the empty prefix handles all others
 * @param otherPrefixes prefixes of paths without routes whose errors this API also words
 * @param services the handlers of its gRPC services; the protos bind them to REST routes
 * @param errors the format of its REST errors
 * @param credentials where callers put their credential
 * @param headers the headers of every REST response of this API
 * @param strictQuery whether unknown query parameters are rejected; the published APIs ignore them
 * @param limitedByDefault whether callers are rate limited if the setting rate-limit is not set
 */
public record ApiDefinition(
    String name,
    String pathPrefix,
    List<String> otherPrefixes,
    List<ServiceHandlers> services,
    ErrorFormat errors,
    Credentials credentials,
    Map<String, String> headers,
    boolean strictQuery,
    boolean limitedByDefault) {

  public ApiDefinition {
    otherPrefixes = List.copyOf(otherPrefixes);
    services = List.copyOf(services);
    headers = Map.copyOf(headers);
  }

  /**
   * An API with bearer credentials, no additional headers, lenient queries and no default rate
   * limit.
   */
  public static Builder builder(String name, String pathPrefix, ErrorFormat errors) {
    return new Builder(name, pathPrefix, errors);
  }

  /** Whether {@code path} starts with a prefix of this API. */
  public boolean hasPath(String path) {
    return startsWith(path, pathPrefix)
        || otherPrefixes.stream().anyMatch(prefix -> startsWith(path, prefix));
  }

  private static boolean startsWith(String path, String prefix) {
    int end = prefix.length();
    // A custom verb such as "sessions:lookup" follows the last segment without a slash.
    return path.startsWith(prefix)
        && (path.length() == end || path.charAt(end) == '/' || path.charAt(end) == ':');
  }

  /** Builds a definition from the defaults. */
  public static final class Builder {
    private final String name;
    private final String pathPrefix;
    private final ErrorFormat errors;
    private List<String> otherPrefixes = List.of();
    private List<ServiceHandlers> services = List.of();
    private Credentials credentials = Credentials::bearer;
    private Map<String, String> headers = Map.of();
    private boolean strictQuery;
    private boolean limitedByDefault;

    private Builder(String name, String pathPrefix, ErrorFormat errors) {
      this.name = name;
      this.pathPrefix = pathPrefix;
      this.errors = errors;
    }

    /**
     * Sets prefixes of paths whose errors also have the format of this API, although it has no
     * routes there. They must not be prefixes of paths of another API with a path prefix.
     */
    public Builder otherPrefixes(String... prefixes) {
      this.otherPrefixes = List.of(prefixes);
      return this;
    }

    /** Sets the handlers of the API's services. */
    public Builder services(ServiceHandlers... services) {
      this.services = List.of(services);
      return this;
    }

    /** Sets where callers put their credential. */
    public Builder credentials(Credentials credentials) {
      this.credentials = credentials;
      return this;
    }

    /** Sets the headers of every REST response. */
    public Builder headers(Map<String, String> headers) {
      this.headers = headers;
      return this;
    }

    /** Rejects unknown query parameters. */
    public Builder strictQuery() {
      strictQuery = true;
      return this;
    }

    /** Limits callers even if the setting rate-limit is not set. */
    public Builder limitedByDefault() {
      limitedByDefault = true;
      return this;
    }

    /** Builds the definition. */
    public ApiDefinition build() {
      return new ApiDefinition(
          name,
          pathPrefix,
          otherPrefixes,
          services,
          errors,
          credentials,
          headers,
          strictQuery,
          limitedByDefault);
    }
  }
}
