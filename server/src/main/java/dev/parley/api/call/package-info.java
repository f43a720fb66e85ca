/**
 * The call pipeline that both transports use: who calls, what the call may take, which handler
 * answers it. Knows neither gRPC calls nor HTTP.
 */
@NullMarked
package dev.parley.api.call;

import org.jspecify.annotations.NullMarked;
