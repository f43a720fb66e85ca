package dev.parley.storage.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdsTest {
  private static final String RANDOM = "8a5f1c3e-0b7d-4e21-9c46-d2f0a1b3c4d5";
  private static final long SEQUENCE_MAX = (1L << 48) - 1;

  @ParameterizedTest
  @ValueSource(longs = {1, 15, 16, 0xabcdef, SEQUENCE_MAX})
  void withSequence_isAUuidThatEndsWithIt(long sequence) {
    String id = MessageIds.withSequence(RANDOM, sequence);

    assertThat(UUID.fromString(id).toString()).isEqualTo(id).startsWith("8a5f1c3e-0b7d-4e21-9c46-");
    assertThat(MessageIds.sequenceOf(id)).isEqualTo(sequence);
    assertThat(MessageIds.endsWithSequence(id, sequence)).isTrue();
    assertThat(MessageIds.endsWithSequence(id, sequence - 1)).isFalse();
  }

  @Test
  void withSequence_moreThan12Digits_refused() {
    assertThatThrownBy(() -> MessageIds.withSequence(RANDOM, SEQUENCE_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "m, 0",
    "00000000001, 0",
    "000000000001, 1",
    "x000000000001, 1",
    "00000000000A, 0",
    "00000000000g, 0",
    "0000000000-1, 0",
    "000000000000, 0",
    "1000000000010, 16",
    "00000000000\u0661, 0",
    "\uD83D\uDE00ffffffffffff, 281474976710655",
  })
  void sequenceOf_anyText(String id, long sequence) {
    assertThat(MessageIds.sequenceOf(id)).isEqualTo(sequence);
  }
}
