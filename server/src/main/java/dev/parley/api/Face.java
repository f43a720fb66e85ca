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
 * @param strictQuery whether unknown query parameters are refused; contracts that were published by
 *     others ignore them
 */
public record Face(
    String name,
    String pathPrefix,
    List<BindableService> services,
    ErrorBody errors,
    boolean strictQuery) {}
