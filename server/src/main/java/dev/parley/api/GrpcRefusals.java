package dev.parley.api;

import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.parley.model.SessionException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Answers gRPC calls that fail before gRPC has taken them on: with a status in the headers. */
final class GrpcRefusals {
  private GrpcRefusals() {}

  static AggregatedHttpResponse of(SessionException failure, RequestHeaders request) {
    Status status = Failures.toStatus(failure);
    // The message is percent-encoded; what else the form of URLs does, plus signs, it does not.
    String message =
        URLEncoder.encode(status.getMessage(), StandardCharsets.UTF_8).replace("+", "%20");
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .endOfStream(true)
            .setInt("grpc-status", status.getCode())
            .set("grpc-message", message)
            .set(
                "grpc-status-details-bin",
                Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray()));
    String type = request.get(HttpHeaderNames.CONTENT_TYPE);
    if (type != null) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, type);
    }
    return AggregatedHttpResponse.of(headers.build());
  }
}
