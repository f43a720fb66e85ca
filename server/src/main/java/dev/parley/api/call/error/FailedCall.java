package dev.parley.api.call.error;

import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/**
 * A REST call that failed, as far as its error body depends on it.
 *
 * @param failure the error
 * @param path the path of the request, without its query
 * @param rpc the simple name of the RPC that the route is bound to, such as {@code GetSession};
 *     null if the path matches no route
 */
public record FailedCall(SessionException failure, String path, @Nullable String rpc) {}
