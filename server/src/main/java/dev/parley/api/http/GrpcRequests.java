package dev.parley.api.http;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;

/** Distinguishes gRPC requests from REST requests. */
public final class GrpcRequests {
  private GrpcRequests() {}

  /**
   * Whether the request is gRPC or gRPC-Web, whose errors are gRPC statuses. The path must also be
   * the path of an RPC, {@code /package.Service/Method}.
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
