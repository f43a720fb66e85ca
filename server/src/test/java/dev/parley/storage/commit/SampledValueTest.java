package dev.parley.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SampledValueTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final List<CompletableFuture<Long>> measurements = new ArrayList<>();
  private final SampledValue value =
      new SampledValue(
          () -> {
            measurements.add(new CompletableFuture<>());
            return measurements.get(measurements.size() - 1);
          },
          now::get);

  @Test
  void get_measuresAtMostOnceAMinute() {
    assertThat(value.getAsLong()).isZero();
    measurements.get(0).complete(7L);

    now.addAndGet(MINUTE - 1);
    assertThat(value.getAsLong()).isEqualTo(7);
    assertThat(measurements).hasSize(1);

    now.addAndGet(1);
    assertThat(value.getAsLong()).as("The last value, until the next is known.").isEqualTo(7);
    assertThat(measurements).hasSize(2);
    measurements.get(1).complete(8L);
    assertThat(value.getAsLong()).isEqualTo(8);
  }

  @Test
  void get_failedMeasurement_keepsTheValueAndTriesAgainAMinuteLater() {
    measurements.get(0).complete(7L);
    now.addAndGet(MINUTE);
    value.getAsLong();
    measurements.get(1).completeExceptionally(new IllegalStateException("no answer"));

    assertThat(value.getAsLong()).isEqualTo(7);
    assertThat(measurements).hasSize(2);
    now.addAndGet(MINUTE);
    value.getAsLong();
    assertThat(measurements).hasSize(3);
  }
}
