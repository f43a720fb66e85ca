package dev.parley.api.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.parley.api.call.error.CallErrors;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Converts errors to gRPC statuses with {@code google.rpc} details. */
public final class GrpcErrors {
  /** The supported message encodings, as announced in a header. */
  static final String ACCEPTED_ENCODINGS = "gzip,identity";

  private GrpcErrors() {}

  /** The error as a status with trailers. */
  static StatusRuntimeException toException(SessionException failure) {
    return StatusProto.toStatusRuntimeException(toProto(failure));
  }

  private static com.google.rpc.Status toProto(SessionException failure) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.valueOf(failure.reason().code().name()).value())
            .setMessage(failure.getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(failure.reason().name())
                        .setDomain(CallErrors.DOMAIN)
                        .putAllMetadata(failure.metadata())
                        .build()));
    if (!failure.violations().isEmpty()) {
      status.addDetails(Any.pack(badRequest(failure)));
    }
    if (CallErrors.isRetryable(failure)) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(Duration.newBuilder().setSeconds(CallErrors.retrySeconds(failure)))
                  .build()));
    }
    return status.build();
  }

  private static BadRequest badRequest(SessionException failure) {
    BadRequest.Builder request = BadRequest.newBuilder();
    for (FieldViolation violation : failure.violations()) {
      request
          .addFieldViolationsBuilder()
          .setField(violation.field())
          .setDescription(violation.description())
          .setReason(violation.rule().name());
    }
    return request.build();
  }

  /**
   * The response to a call that is rejected before its message is read: a status in the headers.
   */
  public static AggregatedHttpResponse toResponse(
      SessionException failure, RequestHeaders request) {
    com.google.rpc.Status status = toProto(failure);
    // The message is percent-encoded. URLEncoder writes a plus for a space, which gRPC does not.
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
    if (failure.reason() == ErrorReason.UNSUPPORTED_ENCODING) {
      headers.set("grpc-accept-encoding", ACCEPTED_ENCODINGS);
    }
    return AggregatedHttpResponse.of(headers.build());
  }
}
