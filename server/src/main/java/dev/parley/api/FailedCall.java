package dev.parley.api;

import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/**
 * A REST call that failed, as far as its error body may depend on it.
 *
 * @param failure what it failed with
 * @param path the path that was called, without its query
 * @param rpc the bare name of the rpc that the route is bound to, such as {@code GetSession}; null
 *     if no rpc's route was called
 */
public record FailedCall(SessionException failure, String path, @Nullable String rpc) {}
