package dev.parley.api.http;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;

/** Tells gRPC requests from REST requests. */
public final class GrpcRequests {
  private GrpcRequests() {}

  /**
   * Whether the request is gRPC or gRPC-Web, which get their errors as a gRPC status. Besides the
   * content type, the path must be that of an RPC, {@code /package.Service/Method}.
   */
  public static boolean isGrpc(RequestHeaders headers) {
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
