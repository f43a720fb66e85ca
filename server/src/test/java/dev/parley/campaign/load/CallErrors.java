package dev.parley.campaign.load;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Set;

/** What a failed call says. */
public final class CallErrors {
  public static final String ARCHIVED = "SESSION_ARCHIVED";
  public static final String NOT_FOUND = "SESSION_NOT_FOUND";
  static final String MESSAGE_NOT_FOUND = "MESSAGE_NOT_FOUND";

  /** The store or the server has trouble, or is gone. The call may have taken effect. */
  private static final Set<String> TROUBLE =
      Set.of("UNAVAILABLE", "DEADLINE_EXCEEDED", "OVERLOADED", "CANCELLED");

  private CallErrors() {}

  /** The reason in the details of the error, or the gRPC code if there are none. */
  public static String reason(StatusRuntimeException e) {
    return reason(StatusProto.fromThrowable(e), e.getStatus().getCode().name());
  }

  public static String reason(Status status, String otherwise) {
    try {
      if (status != null) {
        for (Any detail : status.getDetailsList()) {
          if (detail.is(ErrorInfo.class)) {
            return detail.unpack(ErrorInfo.class).getReason();
          }
        }
      }
      return otherwise;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  public static boolean isTrouble(String reason) {
    return TROUBLE.contains(reason);
  }
}
