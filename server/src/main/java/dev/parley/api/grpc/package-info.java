/** The gRPC transport: adapts Armeria's gRPC calls to the call pipeline. */
@NullMarked
package dev.parley.api.grpc;

import org.jspecify.annotations.NullMarked;
