package dev.parley.api.call.error;

import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/**
 * A failed REST call, with the data that its error body depends on.
 *
 * @param failure the error
 * @param path the path of the request, without its query
 * @param rpc the simple name of the RPC, such as {@code GetSession}; null if the path matches no
 *     route
 */
public record FailedCall(SessionException failure, String path, @Nullable String rpc) {}
