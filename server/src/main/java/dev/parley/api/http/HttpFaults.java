package dev.parley.api.http;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ProtocolViolationException;
import com.linecorp.armeria.common.TimeoutException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.error.CallErrors;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/** Converts failures of Armeria to errors. */
public final class HttpFaults {
  private HttpFaults() {}

  /** Returns the error for {@code thrown}. Unknown exceptions are logged as server errors. */
  public static SessionException of(ServiceRequestContext ctx, Throwable thrown) {
    SessionException known = known(thrown);
    return known != null ? known : CallErrors.of(thrown, RequestId.of(ctx));
  }

  private static @Nullable SessionException known(Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    if (cause instanceof HttpStatusException http) {
      return ofStatus(http);
    }
    if (cause instanceof SessionException known) {
      return known;
    }
    if (cause instanceof ProtocolViolationException) {
      return ofStatus(HttpStatus.BAD_REQUEST);
    }
    if (cause instanceof ContentTooLargeException tooLarge) {
      return CallErrors.tooLarge(tooLarge.maxContentLength());
    }
    if (cause instanceof TimeoutException) {
      return CallErrors.deadlineExceeded(false);
    }
    boolean gone =
        cause instanceof com.linecorp.armeria.common.CancellationException
            || cause instanceof java.util.concurrent.CancellationException
            || cause instanceof ClosedStreamException
            || Exceptions.isExpected(cause);
    return gone ? CallErrors.cutOff() : null;
  }

  /** The cause is more precise than the status. An unknown cause is used only for server errors. */
  private static @Nullable SessionException ofStatus(HttpStatusException thrown) {
    Throwable cause = thrown.getCause();
    SessionException known = cause == null ? null : known(cause);
    boolean fault = cause != null && thrown.httpStatus().isServerError();
    return known != null || fault ? known : ofStatus(thrown.httpStatus());
  }

  /** Returns the error for an HTTP status that no handler returned. */
  public static SessionException ofStatus(HttpStatus status) {
    return switch (status.code()) {
      case 404 -> new SessionException(ErrorReason.ROUTE_NOT_FOUND, "The route does not exist.");
      case 405 ->
          new SessionException(
              ErrorReason.METHOD_NOT_ALLOWED, "The route does not support this method.");
      case 413 -> new SessionException(ErrorReason.REQUEST_TOO_LARGE, "The request is too large.");
      case 414 -> new SessionException(ErrorReason.URI_TOO_LONG, "The request target is too long.");
      case 431 -> HeaderLimit.tooLarge(ErrorReason.MALFORMED_BODY);
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
}
