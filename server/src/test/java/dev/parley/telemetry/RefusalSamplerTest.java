package dev.parley.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalSamplerTest {
  private final AtomicLong clock = new AtomicLong();
  private final RefusalSampler sampler =
      new RefusalSampler(
          new TimeMeter() {
            @Override
            public long currentTimeNanos() {
              return clock.get();
            }

            @Override
            public boolean isWallClockBased() {
              return false;
            }
          });

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREDENTIAL_MISSING",
        "CREDENTIAL_INVALID",
        "RATE_LIMITED",
        "OVERLOADED",
        "ROUTE_NOT_FOUND",
        "METHOD_NOT_ALLOWED"
      })
  void refusal_tenPerSecond(String outcome) {
    assertThat(ErrorReason.valueOf(outcome)).isNotNull();
    assertThat(traced(outcome, 11)).isEqualTo(10);
    clock.addAndGet(Duration.ofMillis(99).toNanos());
    assertThat(traced(outcome, 1)).isZero();
    clock.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(traced(outcome, 2)).isEqualTo(1);
    clock.addAndGet(Duration.ofDays(1).toNanos());
    assertThat(traced(outcome, 100)).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OK", "CANCELLED", "INTERNAL", "INVALID_FIELD", "SESSION_NOT_FOUND"})
  void served_allTraced(String outcome) {
    traced("RATE_LIMITED", 11);

    assertThat(traced(outcome, 1_000)).isEqualTo(1_000);
  }

  @Test
  void refusals_afterServedCalls_stillTraced() {
    traced("OK", 1_000);

    assertThat(traced("CREDENTIAL_INVALID", 20)).isEqualTo(10);
  }

  private long traced(String outcome, int calls) {
    return IntStream.range(0, calls).filter(i -> sampler.isTraced(outcome)).count();
  }
}
