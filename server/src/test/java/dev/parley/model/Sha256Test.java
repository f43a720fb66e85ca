package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {
  private static final Sha256 ABC = Sha256.of("abc".getBytes(UTF_8));

  @Test
  void of_isTheDigestOfTheStandard() {
    assertThat(HexFormat.of().formatHex(ABC.bytes()))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void ofDigest_isTheSame() {
    assertThat(Sha256.ofDigest(ABC.bytes())).isEqualTo(ABC).hasSameHashCodeAs(ABC);
    assertThat(Sha256.of("abd".getBytes(UTF_8))).isNotEqualTo(ABC);
    assertThat(ABC).isNotEqualTo("abc");
  }

  @Test
  void ofDigest_anotherLength_fails() {
    for (int length : new int[] {0, 31, 33}) {
      assertThatThrownBy(() -> Sha256.ofDigest(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Integer.toString(length));
    }
  }

  @Test
  void bytes_areCopies() {
    byte[] digest = ABC.bytes();
    Sha256 wrapped = Sha256.ofDigest(digest);
    digest[0]++;
    wrapped.bytes()[1]++;

    assertThat(wrapped).isEqualTo(ABC);
  }

  @Test
  void toString_showsTheBeginningOnly() {
    assertThat(ABC).hasToString("ba7816bf\u2026");
  }
}
