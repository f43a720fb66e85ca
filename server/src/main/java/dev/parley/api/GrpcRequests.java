package dev.parley.api;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;

/** Tells gRPC from REST. */
final class GrpcRequests {
  private GrpcRequests() {}

  /** Whether the request is gRPC or gRPC-Web, which get their errors as a gRPC status. */
  static boolean isGrpc(RequestHeaders headers) {
    MediaType type = headers.contentType();
    return type != null && type.subtype().startsWith("grpc");
  }
}
