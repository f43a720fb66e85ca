package dev.parley.api.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.parley.api.call.error.RpcStatus;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;

/** Converts errors to gRPC statuses with {@code google.rpc} details. */
public final class GrpcErrors {
  /** The supported message encodings, as announced in a header. */
  static final String ACCEPTED_ENCODINGS = "gzip,identity";

  /** Tells the retry policy of gRPC clients when to retry, in milliseconds. */
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private GrpcErrors() {}

  /** The error as a status with trailers. */
  static StatusRuntimeException toException(SessionException failure) {
    com.google.rpc.Status status = RpcStatus.of(failure);
    Metadata trailers = new Metadata();
    retryMillis(status).ifPresent(millis -> trailers.put(PUSHBACK, Long.toString(millis)));
    return StatusProto.toStatusRuntimeException(status, trailers);
  }

  /** How long the client should wait, as in the {@code google.rpc.RetryInfo} of the status. */
  private static OptionalLong retryMillis(com.google.rpc.Status status) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        try {
          return OptionalLong.of(
              Durations.toMillis(detail.unpack(RetryInfo.class).getRetryDelay()));
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException("The details are not what they were packed as.", e);
        }
      }
    }
    return OptionalLong.empty();
  }

  /**
   * The response to a call that is rejected before its message is read: a status in the headers.
   */
  public static AggregatedHttpResponse toResponse(
      SessionException failure, RequestHeaders request) {
    com.google.rpc.Status status = RpcStatus.of(failure);
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
    retryMillis(status).ifPresent(millis -> headers.set(PUSHBACK.name(), Long.toString(millis)));
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
