package dev.parley.api;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;

/** Tells gRPC from REST. */
final class GrpcRequests {
  private GrpcRequests() {}

  /**
   * Whether the request is gRPC or gRPC-Web, which get their errors as a gRPC status. The type
   * alone does not make it so: only an rpc's own path, {@code /package.Service/Method}, is gRPC's.
   */
  static boolean isGrpc(RequestHeaders headers) {
    MediaType type = headers.contentType();
    if (type == null || !type.subtype().startsWith("grpc")) {
      return false;
    }
    String target = headers.path();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    int dot = path.indexOf('.');
    int slash = path.indexOf('/', 1);
    return dot > 0 && dot < slash && path.indexOf('/', slash + 1) < 0;
  }
}
