package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.FieldViolation.Rule;
import org.junit.jupiter.api.Test;

class FieldViolationTest {
  @Test
  void factories_nameRuleBoundAndDescription() {
    assertThat(FieldViolation.required("a"))
        .isEqualTo(new FieldViolation("a", Rule.REQUIRED, 0, "must be set"));
    assertThat(FieldViolation.format("a", "must rhyme"))
        .isEqualTo(new FieldViolation("a", Rule.FORMAT, 0, "must rhyme"));
    assertThat(FieldViolation.maxBytes("a", 7))
        .isEqualTo(new FieldViolation("a", Rule.MAX_BYTES, 7, "must not take more than 7 bytes"));
  }

  @Test
  void withField_changesTheNameOnly() {
    assertThat(FieldViolation.maxBytes("a", 7).withField("b"))
        .isEqualTo(FieldViolation.maxBytes("b", 7));
  }
}
