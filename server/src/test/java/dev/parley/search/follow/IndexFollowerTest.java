package dev.parley.search.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexFollowerTest {
  @ParameterizedTest
  @CsvSource({"0, 200", "100, 200", "101, 202", "300, 600", "301, 600", "5000, 600"})
  void intervalAfter_longUpdates_isLonger(long updateMillis, long intervalMillis) {
    assertThat(IndexFollower.intervalAfter(Duration.ofMillis(updateMillis)))
        .isEqualTo(Duration.ofMillis(intervalMillis));
  }
}
