package dev.parley.api.openai.retry;

import dev.parley.api.call.Call;
import dev.parley.api.openai.item.Marker;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a call say about repetitions.
 *
 * @param caller the identity of the caller
 * @param key the idempotency key; null if there is none
 * @param isRetry whether a client of OpenAI repeats the call by itself
 */
public record Retry(String caller, @Nullable IdempotencyKey key, boolean isRetry) {

  public static Retry of(Call call) {
    String key = call.headers().get("idempotency-key");
    String count = call.headers().get("x-stainless-retry-count");
    return new Retry(
        call.identity(),
        key == null || key.isBlank() ? null : new IdempotencyKey(key, call.identity()),
        count != null && count.matches("0*[1-9][0-9]{0,8}"));
  }

  /** The caller in the metadata of its messages. */
  public String by() {
    return CallerDigest.digits(caller, "by", Marker.DIGITS);
  }
}
