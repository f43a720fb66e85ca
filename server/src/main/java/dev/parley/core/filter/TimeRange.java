package dev.parley.core.filter;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A range of times, in microseconds.
 *
 * @param from the first time in the range; null for no limit
 * @param until the first time after the range; null for no limit
 */
public record TimeRange(@Nullable Instant from, @Nullable Instant until) {
  /** The range of all times. */
  public static final TimeRange ALL = new TimeRange(null, null);

  private static final long MICRO_NANOS = 1_000;
  private static final Instant YEAR_1 = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  /** The part of this range that also matches a comparison with a time. */
  public TimeRange and(FilterTerm term) {
    Instant time = time(term);
    return switch (term.operator()) {
      case "=" -> later(notBefore(time)).earlier(after(time));
      case ">=" -> later(notBefore(time));
      case ">" -> later(after(time));
      case "<=" -> earlier(after(time));
      case "<" -> earlier(notBefore(time));
      default ->
          throw SessionCriteria.notIndexed(
              term, "no index serves " + term.field() + " with the operator " + term.operator());
    };
  }

  /** Whether a time is in the range. */
  public boolean contains(Instant time) {
    return (from == null || !time.isBefore(from)) && (until == null || time.isBefore(until));
  }

  private TimeRange later(Instant time) {
    return from == null || time.isAfter(from) ? new TimeRange(time, until) : this;
  }

  private TimeRange earlier(Instant time) {
    return until == null || time.isBefore(until) ? new TimeRange(from, time) : this;
  }

  private static Instant time(FilterTerm term) {
    try {
      Instant time = OffsetDateTime.parse(term.value()).toInstant();
      // RFC 3339 has years of four digits.
      if (!time.isBefore(YEAR_1) && time.isBefore(YEAR_10000)) {
        return time;
      }
    } catch (DateTimeException e) {
      // Reported like a time that is out of range.
    }
    throw FilterParser.invalidAt(
        term.valuePosition(), "expected an RFC 3339 time such as \"2026-01-31T12:00:00Z\"");
  }

  private static Instant notBefore(Instant time) {
    Instant micro = time.truncatedTo(ChronoUnit.MICROS);
    return micro.equals(time) ? micro : micro.plusNanos(MICRO_NANOS);
  }

  private static Instant after(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS).plusNanos(MICRO_NANOS);
  }
}
