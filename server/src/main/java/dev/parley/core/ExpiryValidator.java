package dev.parley.core;

import dev.parley.model.Expiry;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Validates the expiry that callers set. */
final class ExpiryValidator {
  private ExpiryValidator() {}

  /**
   * Rejects a new expire time that is not in the future and a new TTL that is out of range.
   * Unchanged values are not checked.
   */
  static void require(Expiry before, Expiry after, Instant now) {
    Instant time = after.expireTime();
    if (time != null && !time.equals(before.expireTime()) && !time.isAfter(now)) {
      throw SessionException.invalid(FieldViolation.format("expire_time", "must be in the future"));
    }
    if (!Objects.equals(after.ttl(), before.ttl())) {
      requireTtl("ttl", after.ttl());
    }
  }

  /** Rejects a TTL that is too short or too long; null means none. */
  static void requireTtl(String field, @Nullable Duration ttl) {
    if (ttl != null && (ttl.compareTo(Expiry.TTL_MIN) < 0 || ttl.compareTo(Expiry.TTL_MAX) > 0)) {
      throw SessionException.invalid(
          FieldViolation.format(
              field,
              "must be from %ds to %ds, or 0s for none"
                  .formatted(Expiry.TTL_MIN.toSeconds(), Expiry.TTL_MAX.toSeconds())));
    }
  }
}
