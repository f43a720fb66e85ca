package dev.parley.api;

import io.grpc.BindableService;
import java.util.List;

/**
 * One API that Parley answers.
 *
 * @param name for logs and documentation
 * @param pathPrefix the segments that the paths of its routes begin with; the longest that fits
 *     wins
 * @param services its gRPC services, whose protos bind them to its routes
 * @param errors how it words its errors
 * @param credentials where its callers put their credential
 * @param headers what it sends with every REST answer
 * @param strictQuery whether unknown query parameters are refused; contracts that were published by
 *     others ignore them
 * @param limitedByDefault whether its callers are limited where no setting says so
 */
public record Face(
    String name,
    String pathPrefix,
    List<BindableService> services,
    ErrorBody errors,
    Credentials credentials,
    AnswerHeaders headers,
    boolean strictQuery,
    boolean limitedByDefault) {

  /** A face with the usual credentials and no headers of its own, lenient and not limited. */
  public static Builder builder(String name, String pathPrefix, ErrorBody errors) {
    return new Builder(name, pathPrefix, errors);
  }

  /** What may be said of a face besides its name, its place and its words. */
  public static final class Builder {
    private final String name;
    private final String pathPrefix;
    private final ErrorBody errors;
    private List<BindableService> services = List.of();
    private Credentials credentials = Credentials::bearer;
    private AnswerHeaders headers = answer -> {};
    private boolean strictQuery;
    private boolean limitedByDefault;

    private Builder(String name, String pathPrefix, ErrorBody errors) {
      this.name = name;
      this.pathPrefix = pathPrefix;
      this.errors = errors;
    }

    public Builder services(BindableService... services) {
      this.services = List.of(services);
      return this;
    }

    public Builder credentials(Credentials credentials) {
      this.credentials = credentials;
      return this;
    }

    public Builder headers(AnswerHeaders headers) {
      this.headers = headers;
      return this;
    }

    public Builder strictQuery() {
      strictQuery = true;
      return this;
    }

    public Builder limitedByDefault() {
      limitedByDefault = true;
      return this;
    }

    public Face build() {
      return new Face(
          name, pathPrefix, services, errors, credentials, headers, strictQuery, limitedByDefault);
    }
  }
}
