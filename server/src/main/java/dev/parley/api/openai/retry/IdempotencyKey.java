package dev.parley.api.openai.retry;

import dev.parley.api.openai.item.Marker;
import dev.parley.model.Message;

/**
 * The header {@code Idempotency-Key} of a call. What is derived from it differs between callers.
 *
 * @param key the value of the header
 * @param caller the identity of the caller
 */
public record IdempotencyKey(String key, String caller) {
  private static final int ID_DIGITS = 32;
  private static final int CALL_DIGITS = 16;

  /** The session key of a conversation that is created with this key. */
  public String sessionKey() {
    return "openai:" + digits("conversation/", ID_DIGITS);
  }

  /** The message id of an item that is appended with this key. */
  public String messageId(int index) {
    return "item_" + digits("item/" + index + "/", ID_DIGITS);
  }

  /** The value of {@link Marker#call} for an item: the call, the index, and the number of items. */
  public String call(int index, int count) {
    return callPrefix() + index + "/" + count;
  }

  /** Whether a call with this key stored a message. */
  public boolean isStored(Message message) {
    Marker marker = Marker.of(message.draft().metadata());
    String call = marker == null ? null : marker.call();
    return call != null && call.startsWith(callPrefix());
  }

  private String callPrefix() {
    return digits("call/", CALL_DIGITS) + "/";
  }

  private String digits(String purpose, int count) {
    return CallerDigest.digits(caller, purpose + key, count);
  }
}
