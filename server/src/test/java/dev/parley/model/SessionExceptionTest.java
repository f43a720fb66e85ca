package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionExceptionTest {
  private static List<FieldViolation> violations(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> FieldViolation.required("field" + i))
        .toList();
  }

  @Test
  void create_hasReasonMessageAndMetadata() {
    SessionException e =
        new SessionException(ErrorReason.STALE_SEQUENCE, "It moved.", Map.of("head", "7"));

    assertThat(e.reason()).isEqualTo(ErrorReason.STALE_SEQUENCE);
    assertThat(e).hasMessage("It moved.");
    assertThat(e.metadata()).isEqualTo(Map.of("head", "7"));
    assertThat(e.violations()).isEmpty();
    assertThat(e.getStackTrace()).isEmpty();
  }

  @Test
  void metadata_isInAlphabeticalOrder() {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (String name : List.of("session_id", "key", "agent_keys", "key_id", "head")) {
      metadata.put(name, name);
    }

    assertThat(new SessionException(ErrorReason.KEY_IN_USE, "In use.", metadata).metadata())
        .containsExactly(
            Map.entry("agent_keys", "agent_keys"),
            Map.entry("head", "head"),
            Map.entry("key", "key"),
            Map.entry("key_id", "key_id"),
            Map.entry("session_id", "session_id"));
  }

  @Test
  void invalid_one_namesTheField() {
    SessionException e = SessionException.invalid(FieldViolation.required("owner"));

    assertThat(e.reason()).isEqualTo(ErrorReason.INVALID_FIELD);
    assertThat(e).hasMessage("owner must be set");
    assertThat(e.violations()).containsExactly(FieldViolation.required("owner"));
    assertThat(e.metadata()).isEmpty();
  }

  @Test
  void invalid_messageNamesThree_andCountsTheOthers() {
    assertThat(SessionException.invalid(violations(3)))
        .hasMessage("field1 must be set; field2 must be set; field3 must be set");
    assertThat(SessionException.invalid(violations(4)))
        .hasMessage("field1 must be set; field2 must be set; field3 must be set; and 1 more");
    assertThat(SessionException.invalid(violations(12))).hasMessageEndingWith("; and 9 more");
  }

  @Test
  void invalid_reportsTenViolations() {
    assertThat(SessionException.invalid(violations(10)).violations()).hasSize(10);
    assertThat(SessionException.invalid(violations(11)).violations()).isEqualTo(violations(10));
  }

  @Test
  void invalid_longFieldNames_areCut() {
    String longest = "x".repeat(64);

    assertThat(fieldOf(longest)).isEqualTo(longest);
    assertThat(fieldOf(longest + "x")).isEqualTo("x".repeat(32) + "\u2026");
    assertThat(fieldOf("\uD83E\uDD9C".repeat(40)))
        .as("no character is cut in half")
        .isEqualTo("\uD83E\uDD9C".repeat(32) + "\u2026");
  }

  private static String fieldOf(String field) {
    return SessionException.invalid(FieldViolation.required(field)).violations().get(0).field();
  }

  @Test
  void invalid_withMetadata_keepsIt() {
    SessionException e = SessionException.invalid(violations(1), Map.of("a", "b"));

    assertThat(e.metadata()).isEqualTo(Map.of("a", "b"));
  }
}
