package dev.parley.api.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.call.Call;
import dev.parley.api.openai.item.Marker;
import dev.parley.model.Sha256;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a call say about repetitions.
 *
 * @param caller the identity of the caller
 * @param key the idempotency key; null if there is none
 * @param isRetry whether a client of OpenAI repeats the call by itself
 */
record Retry(String caller, @Nullable String key, boolean isRetry) {
  private static final int ID_DIGITS = 32;

  static Retry of(Call call) {
    String key = call.headers().get("idempotency-key");
    String count = call.headers().get("x-stainless-retry-count");
    return new Retry(
        call.identity(),
        key == null || key.isBlank() ? null : key,
        count != null && count.matches("0*[1-9][0-9]{0,8}"));
  }

  /** The caller in the metadata of its messages. */
  String by() {
    return digits("by", Marker.BY_DIGITS);
  }

  /** The session key of a conversation that is created with an idempotency key; otherwise null. */
  @Nullable String sessionKey() {
    return key == null ? null : "openai:" + digits("conversation/" + key, ID_DIGITS);
  }

  /** The message id of an item that is appended with an idempotency key; otherwise null. */
  @Nullable String messageId(int index) {
    return key == null ? null : "item_" + digits("item/" + index + "/" + key, ID_DIGITS);
  }

  private String digits(String text, int count) {
    // The length separates the caller from the text.
    String all = caller.length() + "/" + caller + "/" + text;
    return HexFormat.of().formatHex(Sha256.of(all.getBytes(UTF_8)).bytes()).substring(0, count);
  }
}
