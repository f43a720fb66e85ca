/** The gRPC transport: adapts Armeria's gRPC server to the rest of the API code. */
@NullMarked
package dev.parley.api.grpc;

import org.jspecify.annotations.NullMarked;
