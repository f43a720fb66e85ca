package dev.parley.app.cli.transcript.load;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.parley.model.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** Classifies errors of calls. */
final class Rejection {
  private Rejection() {}

  /** Whether the server rejected the records of a call, and other records may be accepted. */
  static boolean isOfRecord(StatusRuntimeException failure) {
    return switch (failure.getStatus().getCode()) {
      case INVALID_ARGUMENT, ALREADY_EXISTS, FAILED_PRECONDITION -> true;
      case NOT_FOUND -> !has(failure, ErrorReason.AGENT_NOT_FOUND);
      case RESOURCE_EXHAUSTED -> has(failure, ErrorReason.REQUEST_TOO_LARGE);
      default -> false;
    };
  }

  /** Whether a field of the records is not valid, for example too large. */
  static boolean isOfFields(StatusRuntimeException failure) {
    return failure.getStatus().getCode() == Status.Code.INVALID_ARGUMENT
        || has(failure, ErrorReason.REQUEST_TOO_LARGE);
  }

  static boolean has(StatusRuntimeException failure, ErrorReason reason) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return false;
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason().equals(reason.name());
        } catch (InvalidProtocolBufferException e) {
          return false;
        }
      }
    }
    return false;
  }

  /** The reason of a rejection as a sentence. */
  static String text(StatusRuntimeException failure) {
    String description = failure.getStatus().getDescription();
    return description == null ? failure.getStatus().getCode().name() : description;
  }
}
