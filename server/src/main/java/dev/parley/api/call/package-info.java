/**
 * The call pipeline of both transports: authentication, authorization, limits and handlers. It does
 * not depend on gRPC or HTTP.
 */
@NullMarked
package dev.parley.api.call;

import org.jspecify.annotations.NullMarked;
