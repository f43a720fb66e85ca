package dev.parley.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.parley.proto.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed. Futures fail with it as well.
 *
 * <pre>{@code
 * try {
 *   client.append(request);
 * } catch (ParleyException e) {
 *   if (e.reason() == ErrorReason.STALE_SEQUENCE) {
 *     long head = Long.parseLong(e.metadata().get("head_sequence"));
 *     // Read the new messages, and decide again.
 *   }
 * }
 * }</pre>
 */
public final class ParleyException extends RuntimeException {
  private final com.google.rpc.Status status;

  private ParleyException(com.google.rpc.Status status, @Nullable Throwable cause) {
    super(Status.fromCodeValue(status.getCode()).getCode() + ": " + status.getMessage(), cause);
    this.status = status;
  }

  static ParleyException of(com.google.rpc.Status status) {
    return new ParleyException(status, null);
  }

  /** Returns an error that this client raises itself. */
  static ParleyException of(Status.Code code, ErrorReason reason, String message) {
    ErrorInfo info = ErrorInfo.newBuilder().setReason(reason.name()).build();
    return of(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(message)
            .addDetails(Any.pack(info))
            .build());
  }

  /** Converts what a call of gRPC failed with. */
  static ParleyException of(Throwable failure) {
    Status plain = Status.fromThrowable(failure);
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      status = StatusProto.fromStatusAndTrailers(plain, null);
    }
    if (plain.getCause() instanceof ClosedChannelException) {
      // gRPC reports UNKNOWN for a connection that is closed during a call.
      status = status.toBuilder().setCode(Status.Code.UNAVAILABLE.value()).build();
    }
    return new ParleyException(status, failure);
  }

  /** The same error with the stack trace of the current thread. */
  ParleyException rethrown() {
    return new ParleyException(status, this);
  }

  /** Returns the gRPC status code. */
  public Status.Code code() {
    return Status.fromCodeValue(status.getCode()).getCode();
  }

  /**
   * Returns the reason of the error. Without an answer of the server, it is {@code UNAVAILABLE},
   * {@code DEADLINE_EXCEEDED} or, for other codes, {@code ERROR_REASON_UNSPECIFIED}. A reason that
   * this version of the client does not know is {@code UNRECOGNIZED}.
   */
  public ErrorReason reason() {
    Optional<String> name = detail(ErrorInfo.class).map(ErrorInfo::getReason);
    if (name.isEmpty()) {
      return switch (code()) {
        case UNAVAILABLE -> ErrorReason.UNAVAILABLE;
        case DEADLINE_EXCEEDED -> ErrorReason.DEADLINE_EXCEEDED;
        default -> ErrorReason.ERROR_REASON_UNSPECIFIED;
      };
    }
    var known = ErrorReason.getDescriptor().findValueByName(name.get());
    return known == null ? ErrorReason.UNRECOGNIZED : ErrorReason.valueOf(known);
  }

  /** Returns the metadata that {@link ErrorReason} describes; empty if the reason has none. */
  public Map<String, String> metadata() {
    return detail(ErrorInfo.class).map(ErrorInfo::getMetadataMap).orElse(Map.of());
  }

  /**
   * Returns the invalid fields of the request; empty unless the reason is {@code INVALID_FIELD}.
   */
  public List<BadRequest.FieldViolation> violations() {
    return detail(BadRequest.class).map(BadRequest::getFieldViolationsList).orElse(List.of());
  }

  /** Returns how long the server asks the caller to wait before it tries again. */
  public Optional<Duration> retryDelay() {
    return detail(RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
  }

  /** Whether the same call can succeed later. */
  boolean isRetryable() {
    return retryDelay().isPresent()
        || code() == Status.Code.UNAVAILABLE
        || code() == Status.Code.DEADLINE_EXCEEDED;
  }

  /** Whether a part of a batch could succeed, because the contents of the batch are the problem. */
  boolean isAboutContents() {
    return code() == Status.Code.INVALID_ARGUMENT || reason() == ErrorReason.REQUEST_TOO_LARGE;
  }

  private <T extends Message> Optional<T> detail(Class<T> type) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
