package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdGeneratorTest {
  private final IdGenerator fixed = () -> UUID.fromString("11111111-2222-4333-8444-0123456789ab");

  @Test
  void sessionKey_endsInTwelveDigits() {
    assertThat(fixed.sessionKey()).isEqualTo("api:0123456789ab");
  }

  @Test
  void runId_endsInTwelveDigits() {
    assertThat(fixed.runId()).isEqualTo("run_0123456789ab");
  }

  @Test
  void random_neverRepeats() {
    assertThat(Stream.generate(IdGenerator.random()::uuid).limit(100)).doesNotHaveDuplicates();
    assertThat(Stream.generate(IdGenerator.random()::sessionKey).limit(100))
        .doesNotHaveDuplicates();
  }
}
