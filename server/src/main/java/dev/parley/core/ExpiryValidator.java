package dev.parley.core;

import dev.parley.model.Expiry;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What callers may say of when sessions are due to be deleted. */
final class ExpiryValidator {
  private ExpiryValidator() {}

  /** Refuses what is new in an expiry and cannot be. */
  static void require(Expiry before, Expiry after, Instant now) {
    Instant time = after.expireTime();
    if (time != null && !time.equals(before.expireTime()) && !time.isAfter(now)) {
      throw SessionException.invalid(FieldViolation.format("expire_time", "must lie ahead"));
    }
    if (!Objects.equals(after.ttl(), before.ttl())) {
      requireTtl("ttl", after.ttl());
    }
  }

  /** Refuses a ttl that is too short or too long; null is none. */
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
