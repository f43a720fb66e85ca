package dev.parley.storage.rocksdb.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.query.SessionOrder.Field;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final UUID AGENT = UUID.randomUUID();
  private static final UUID ALL_ONES = new UUID(-1, -1);

  @Test
  void message_newerOne_comesFirst() {
    assertThat(
            Arrays.compareUnsigned(
                Keys.message(AGENT, ALL_ONES, 2), Keys.message(AGENT, ALL_ONES, 1)))
        .isNegative();
    assertThat(Keys.sequenceOf(Keys.message(AGENT, ALL_ONES, 7))).isEqualTo(7);
  }

  @Test
  void place_laterOne_comesFirstAlsoBeforeTheEpoch() {
    byte[] list = IndexKeys.ofAgent(Field.UPDATE_TIME, false, AGENT);
    byte[] earlier = IndexKeys.indexEntry(list, Instant.EPOCH.minusSeconds(1), AGENT);
    byte[] later = IndexKeys.indexEntry(list, Instant.EPOCH, AGENT);

    assertThat(Arrays.compareUnsigned(later, earlier)).isNegative();
    assertThat(IndexKeys.sessionIdOf(later, list)).isEqualTo(AGENT);
  }

  @Test
  void after_lastByteIsFull_carries() {
    assertThat(Keys.prefixEnd(new byte[] {1, -1})).containsExactly(2);
    assertThat(Keys.prefixEnd(new byte[] {1, 2})).containsExactly(1, 3);
  }

  @Test
  void after_onesOnly_isAboveEveryKey() {
    byte[] after = Keys.prefixEnd(Keys.session(ALL_ONES, ALL_ONES));

    assertThat(Arrays.compareUnsigned(after, Keys.session(ALL_ONES, ALL_ONES))).isPositive();
    assertThat(Arrays.compareUnsigned(after, Keys.message(ALL_ONES, ALL_ONES, 1))).isPositive();
    assertThat(Arrays.compareUnsigned(after, Keys.messageId(ALL_ONES, ALL_ONES, "\uDBFF\uDFFF")))
        .isPositive();
  }
}
