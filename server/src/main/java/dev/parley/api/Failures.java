package dev.parley.api;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.common.CancellationException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.TimeoutException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.json.JsonNames;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callers are told when something goes wrong. */
public final class Failures {
  /** The domain of every {@code google.rpc.ErrorInfo} that Parley sends. */
  public static final String DOMAIN = "parley.dev";

  private static final Logger log = LoggerFactory.getLogger(Failures.class);
  private static final int RETRY_SECONDS = 1;

  private Failures() {}

  /**
   * What to tell of {@code thrown}. What was not meant for callers is logged, once, under the id
   * that they are told.
   */
  public static SessionException of(Throwable thrown) {
    return of(thrown, RequestId.current());
  }

  /** The same for the call with this request id, which the log has beside the id of the error. */
  static SessionException of(Throwable thrown, @Nullable String requestId) {
    Throwable cause = Exceptions.peel(thrown);
    if (cause instanceof HttpStatusException http && http.getCause() != null) {
      cause = http.getCause();
    }
    if (cause instanceof SessionException told) {
      return told;
    }
    if (cause instanceof ContentTooLargeException tooLarge) {
      return tooLarge(tooLarge.maxContentLength());
    }
    if (cause instanceof TimeoutException) {
      return new SessionException(
          ErrorReason.DEADLINE_EXCEEDED, "The call took longer than its deadline.");
    }
    if (cause instanceof HttpStatusException http) {
      return ofStatus(http.httpStatus());
    }
    if (cause instanceof CancellationException
        || cause instanceof ClosedStreamException
        || Exceptions.isExpected(cause)) {
      // The caller has gone, or has its answer already: nobody reads this one.
      return new SessionException(ErrorReason.UNAVAILABLE, "The call was cut off.");
    }
    String id = UUID.randomUUID().toString();
    log.atError().setCause(thrown).addKeyValue("request", requestId).log("Internal error {}", id);
    return new SessionException(
        ErrorReason.INTERNAL, "Internal error " + id, Map.of("error_id", id));
  }

  /** What to tell of an HTTP status that no handler chose. */
  static SessionException ofStatus(HttpStatus status) {
    return switch (status.code()) {
      case 404 -> new SessionException(ErrorReason.ROUTE_NOT_FOUND, "There is no such route.");
      case 405 ->
          new SessionException(
              ErrorReason.METHOD_NOT_ALLOWED, "This route does not take this method.");
      case 413 -> new SessionException(ErrorReason.REQUEST_TOO_LARGE, "The request is too large.");
      case 415 ->
          new SessionException(
              ErrorReason.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json.");
      case 503 -> new SessionException(ErrorReason.UNAVAILABLE, "The server is not available.");
      default ->
          status.isServerError()
              ? new SessionException(ErrorReason.INTERNAL, "Internal error")
              : new SessionException(ErrorReason.MALFORMED_BODY, "The request is malformed.");
    };
  }

  /** What to tell of a body that is longer than the server takes. */
  static SessionException tooLarge(long bytesMax) {
    return new SessionException(
        ErrorReason.REQUEST_TOO_LARGE,
        "The request is larger than " + bytesMax + " bytes.",
        Map.of("bytes_max", Long.toString(bytesMax)));
  }

  /** The same for a gRPC caller, noted on the call for whoever renders a REST answer. */
  static StatusRuntimeException toGrpc(ServiceRequestContext ctx, Throwable thrown) {
    SessionException failure = of(thrown, CallState.of(ctx).requestId());
    CallState.of(ctx).failure(failure);
    return StatusProto.toStatusRuntimeException(toStatus(failure));
  }

  /** The same as gRPC puts it. */
  static com.google.rpc.Status toStatus(SessionException failure) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.valueOf(failure.reason().code().name()).value())
            .setMessage(failure.getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(failure.reason().name())
                        .setDomain(DOMAIN)
                        .putAllMetadata(failure.metadata())
                        .build()));
    if (!failure.violations().isEmpty()) {
      status.addDetails(Any.pack(badRequest(failure)));
    }
    if (isRetryable(failure)) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(Duration.newBuilder().setSeconds(retrySeconds(failure)))
                  .build()));
    }
    return status.build();
  }

  /** Says it to a gRPC caller when Armeria, and not a handler, refused the call. */
  public static Status toStatus(
      RequestContext ctx, Status status, Throwable thrown, Metadata trailers) {
    ServiceRequestContext call = (ServiceRequestContext) ctx;
    boolean foreign = thrown instanceof StatusRuntimeException || thrown instanceof StatusException;
    boolean unread = !CallState.of(call).messageRead();
    SessionException told = CallState.of(call).failure();
    Throwable cause;
    if (foreign && told != null && told.reason().code().name().equals(status.getCode().name())) {
      // Our own refusal, which comes by again where Armeria lets go of the rest of a request.
      cause = told;
    } else if (unread && (foreign ? isBroken(status) : isBroken(thrown))) {
      cause = brokenFrame();
    } else {
      cause = foreign ? ofForeign(status, thrown) : thrown;
    }
    StatusRuntimeException answer = toGrpc(call, cause);
    Metadata details = answer.getTrailers();
    if (details != null) {
      trailers.merge(details);
    }
    return answer.getStatus();
  }

  /** Whether a message was refused because its frame makes no sense, or is packed in some way. */
  private static boolean isBroken(Status status) {
    return switch (status.getCode()) {
      case INTERNAL, UNIMPLEMENTED, UNKNOWN -> true;
      default -> false;
    };
  }

  /** Whether Armeria ran past the end of what a caller sent, or could not unpack it. */
  private static boolean isBroken(Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    return cause instanceof IndexOutOfBoundsException
        || cause instanceof IllegalArgumentException
        || cause instanceof IOException
        || cause.getCause() instanceof IOException;
  }

  private static SessionException brokenFrame() {
    return new SessionException(ErrorReason.MALFORMED_BODY, "The message cannot be read.");
  }

  /** What to tell of a status that is not ours: its code, in our words. */
  private static Throwable ofForeign(Status status, Throwable thrown) {
    return switch (status.getCode()) {
      case RESOURCE_EXHAUSTED ->
          new SessionException(ErrorReason.REQUEST_TOO_LARGE, "The message is too large.");
      case CANCELLED -> new SessionException(ErrorReason.UNAVAILABLE, "The call was cut off.");
      case DEADLINE_EXCEEDED ->
          new SessionException(
              ErrorReason.DEADLINE_EXCEEDED, "The call took longer than its deadline.");
      case INTERNAL, INVALID_ARGUMENT ->
          status.getCause() instanceof InvalidProtocolBufferException
                  || thrown.getCause() instanceof InvalidProtocolBufferException
              ? new SessionException(
                  ErrorReason.MALFORMED_BODY, "The message is no well-formed protobuf.")
              : new IllegalStateException("Refused before its handler.", thrown);
      default -> new IllegalStateException("Refused before its handler.", thrown);
    };
  }

  /**
   * The same with fields by the names that a REST caller knows them by: use cases have the proto's.
   */
  static Throwable inCallersNames(ServiceRequestContext ctx, Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    boolean renamed =
        cause instanceof SessionException failure
            && !failure.violations().isEmpty()
            && !GrpcRequests.isGrpc(ctx.request().headers());
    if (!renamed) {
      return thrown;
    }
    return SessionException.invalid(
        ((SessionException) cause)
            .violations().stream()
                .map(violation -> violation.withField(JsonNames.of(violation.field())))
                .toList(),
        ((SessionException) cause).metadata());
  }

  static boolean isRetryable(SessionException failure) {
    return switch (failure.reason()) {
      case RATE_LIMITED, OVERLOADED, UNAVAILABLE -> true;
      default -> false;
    };
  }

  /** When to try again. */
  static long retrySeconds(SessionException failure) {
    String told = failure.metadata().get("retry_seconds");
    return told == null ? RETRY_SECONDS : Long.parseLong(told);
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
}
