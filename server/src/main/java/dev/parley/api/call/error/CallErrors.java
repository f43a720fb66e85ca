package dev.parley.api.call.error;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts failures to the errors that callers receive. */
public final class CallErrors {
  /** The domain of every {@code google.rpc.ErrorInfo} that Parley sends. */
  public static final String DOMAIN = "parley.dev";

  private static final Logger log = LoggerFactory.getLogger(CallErrors.class);

  /**
   * The range of the hint when to retry. Random, so that rejected callers do not return at once.
   */
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);

  private static final Duration RETRY_MAX = Duration.ofSeconds(3);

  private CallErrors() {}

  /**
   * Returns the error for a failure. A failure that is not a {@link SessionException} is a server
   * error: it is logged once, under an id that the caller receives.
   *
   * @param requestId the id of the call, for the log
   */
  public static SessionException of(Throwable thrown, @Nullable String requestId) {
    Throwable cause = peel(thrown);
    if (cause instanceof SessionException known) {
      return known;
    }
    if (cause instanceof CancellationException) {
      return cutOff();
    }
    String id = UUID.randomUUID().toString();
    log.atError().setCause(thrown).addKeyValue("request", requestId).log("Internal error {}", id);
    return new SessionException(
        ErrorReason.INTERNAL, "Internal error " + id, Map.of("error_id", id));
  }

  /** Returns the cause of a failure, without the wrappers of futures. */
  public static Throwable peel(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The error of a call whose client has disconnected. */
  public static SessionException cutOff() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The client disconnected.");
  }

  /** The error of a call that exceeded its deadline and did not change anything. */
  public static SessionException deadlineExceeded() {
    return deadlineExceeded(true);
  }

  /**
   * The error of a call that exceeded its deadline.
   *
   * @param readOnly whether the call changes nothing
   */
  public static SessionException deadlineExceeded(boolean readOnly) {
    String tooLong = "The call took longer than its deadline.";
    return new SessionException(
        ErrorReason.DEADLINE_EXCEEDED,
        readOnly
            ? tooLong
            : tooLong + " Its changes may have been stored, or may be stored later.");
  }

  /** The error of a request that is larger than {@code bytesMax}. */
  public static SessionException tooLarge(long bytesMax) {
    return new SessionException(
        ErrorReason.REQUEST_TOO_LARGE,
        "The request is larger than " + bytesMax + " bytes.",
        Map.of("bytes_max", Long.toString(bytesMax)));
  }

  /** Whether the call can succeed if it is retried later. */
  public static boolean isRetryable(SessionException failure) {
    return switch (failure.reason()) {
      case RATE_LIMITED, OVERLOADED, UNAVAILABLE -> true;
      default -> false;
    };
  }

  /**
   * How long to wait before retrying: until the rate limit allows a call, otherwise a random time
   * of 1 to 3 seconds.
   */
  public static Duration retryDelay(SessionException failure) {
    String seconds = failure.metadata().get("retry_seconds");
    return seconds == null
        ? Duration.ofMillis(
            ThreadLocalRandom.current().nextLong(RETRY_MIN.toMillis(), RETRY_MAX.toMillis() + 1))
        : Duration.ofSeconds(Long.parseLong(seconds));
  }

  /** The {@link #retryDelay} rounded to whole seconds, for HTTP. */
  public static long retrySeconds(SessionException failure) {
    return Math.round(retryDelay(failure).toMillis() / 1_000.0);
  }
}
