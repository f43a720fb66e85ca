package dev.parley.api.call.error;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;

/** Converts errors to {@code google.rpc.Status} with details. */
public final class RpcStatus {
  private RpcStatus() {}

  /** The error with its reason, its violations and, if a retry can succeed, the delay before it. */
  public static Status of(SessionException failure) {
    Status.Builder status =
        Status.newBuilder()
            .setCode(Code.valueOf(failure.reason().code().name()).getNumber())
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
                  .setRetryDelay(Durations.fromMillis(CallErrors.retryDelay(failure).toMillis()))
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
}
