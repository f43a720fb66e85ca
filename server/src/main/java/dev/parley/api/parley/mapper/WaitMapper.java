package dev.parley.api.parley.mapper;

import dev.parley.api.call.Call;
import dev.parley.core.live.MessageFollower;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.ListMessagesRequest;
import java.time.Duration;

/** Converts the time that a list of messages waits. */
public final class WaitMapper {
  /** The answer of a wait leaves the server this long before the deadline of the call. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private WaitMapper() {}

  /**
   * Returns how long the list may wait: as long as requested, but not until the deadline of the
   * call.
   */
  public static Duration toModel(Call call, ListMessagesRequest request) {
    if (request.getOrder() != ListMessagesRequest.Order.OLDEST_FIRST) {
      throw SessionException.invalid(
          FieldViolation.format("wait", "must not be set unless order is OLDEST_FIRST"));
    }
    Duration wait =
        Duration.ofSeconds(request.getWait().getSeconds(), request.getWait().getNanos());
    if (wait.isNegative() || wait.compareTo(MessageFollower.WAIT_MAX) > 0) {
      throw SessionException.invalid(
          FieldViolation.format(
              "wait", "must be 0s to " + MessageFollower.WAIT_MAX.toSeconds() + "s"));
    }
    Duration left = Duration.ofNanos(call.deadlineNanos() - System.nanoTime());
    Duration margin = left.dividedBy(2).compareTo(MARGIN) < 0 ? left.dividedBy(2) : MARGIN;
    Duration longest = left.minus(margin);
    if (longest.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
