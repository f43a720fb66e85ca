package dev.parley.api.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.http.HttpFaults;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/**
 * Converts failures of Armeria to errors: unreadable messages, timeouts and disconnected clients.
 */
public enum GrpcFaults implements GrpcExceptionHandlerFunction {
  INSTANCE;

  @Override
  public Status apply(RequestContext ctx, Status status, Throwable thrown, Metadata trailers) {
    SessionException failure = failure((ServiceRequestContext) ctx, status, thrown);
    ctx.logBuilder().responseCause(failure);
    StatusRuntimeException answer = GrpcErrors.toException(failure);
    Metadata details = answer.getTrailers();
    if (details != null) {
      trailers.merge(details);
    }
    return answer.getStatus();
  }

  private static SessionException failure(
      ServiceRequestContext ctx, Status status, Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    if (cause instanceof StatusRuntimeException || cause instanceof StatusException) {
      return ofStatus(ctx, status, cause);
    }
    return isUnreadable(cause) ? unreadable() : HttpFaults.of(ctx, cause);
  }

  /** Converts a status of Armeria or grpc-java. */
  private static SessionException ofStatus(
      ServiceRequestContext ctx, Status status, Throwable thrown) {
    return switch (status.getCode()) {
      case RESOURCE_EXHAUSTED ->
          new SessionException(ErrorReason.REQUEST_TOO_LARGE, "The message is too large.");
      case CANCELLED -> CallErrors.cutOff();
      case DEADLINE_EXCEEDED -> CallErrors.deadlineExceeded(false);
      case INVALID_ARGUMENT, INTERNAL, UNKNOWN, UNIMPLEMENTED ->
          isProtobuf(status.getCause()) || isProtobuf(thrown.getCause())
              ? new SessionException(
                  ErrorReason.MALFORMED_BODY, "The message is not well-formed protobuf.")
              : unreadable();
      default -> HttpFaults.of(ctx, new IllegalStateException("Rejected by gRPC.", thrown));
    };
  }

  private static boolean isProtobuf(@org.jspecify.annotations.Nullable Throwable cause) {
    return cause instanceof InvalidProtocolBufferException;
  }

  /** Whether Armeria could not read or decompress the frames of a message. */
  private static boolean isUnreadable(Throwable cause) {
    return cause instanceof IndexOutOfBoundsException
        || cause instanceof IllegalArgumentException
        || cause instanceof IOException
        || cause.getCause() instanceof IOException;
  }

  private static SessionException unreadable() {
    return new SessionException(ErrorReason.MALFORMED_BODY, "The message cannot be read.");
  }
}
