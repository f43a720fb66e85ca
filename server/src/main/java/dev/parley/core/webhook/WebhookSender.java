package dev.parley.core.webhook;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends requests to receivers of webhooks. */
public interface WebhookSender {
  /**
   * Sends a POST request with a JSON body. The future never fails: a request that fails has an
   * answer without a status.
   *
   * @param headers the headers besides those of HTTP itself
   */
  CompletableFuture<Answer> send(URI url, Map<String, String> headers, byte[] body);

  /**
   * How a receiver answered.
   *
   * @param status the HTTP status; 0 if there was no answer
   * @param error why there was no answer; null if there was one
   * @param retryAfter how long to wait before the next request, as the receiver asks; null if it
   *     does not
   */
  record Answer(int status, @Nullable String error, @Nullable Duration retryAfter) {
    /** Statuses below 500 that tell about the receiver, and not about the event. */
    private static boolean isTransient(int status) {
      return switch (status) {
        case 401, 403, 404, 407, 408, 421, 425, 429 -> true;
        default -> false;
      };
    }

    /** The answer to a request that failed. */
    public static Answer none(String error) {
      return new Answer(0, error, null);
    }

    /** Whether the receiver has accepted the event. */
    public boolean accepted() {
      return status >= 200 && status < 300;
    }

    /** Whether the receiver has rejected this event, and may accept others. */
    boolean rejectsEvent() {
      return status >= 400 && status < 500 && !isTransient(status);
    }

    /** Whether the receiver wants no more requests. */
    boolean isGone() {
      return status == 410;
    }

    /** The error in words. */
    public String text() {
      return error != null ? error : "HTTP status " + status;
    }
  }
}
