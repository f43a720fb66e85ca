package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveNameTest {
  private static final UUID ID = UUID.fromString("7d1f6f0e-4c55-4b6e-9c0a-2f4a1f3f9b21");
  private static final ArchiveName NAME =
      new ArchiveName(ID, Instant.parse("2026-03-15T10:30:00.123456Z"));

  @Test
  void format_andBack_withEitherWord() {
    assertThat(NAME.format("archived")).isEqualTo(ID + ".jsonl.archived.2026-03-15T10-30-00.123Z");
    assertThat(ArchiveName.parse(NAME.format("archived"))).hasValue(NAME);
    assertThat(ArchiveName.parse(NAME.format("deleted"))).hasValue(NAME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "archive-file.json",
        "../7d1f6f0e-4c55-4b6e-9c0a-2f4a1f3f9b21.jsonl.deleted.2026-03-15T10-30-00.123Z",
        "7d1f6f0e-4c55-4b6e-9c0a-2f4a1f3f9b21.jsonl.other.2026-03-15T10-30-00.123Z",
        "7d1f6f0e-4c55-4b6e-9c0a-2f4a1f3f9b21.jsonl.deleted.2026-13-15T10-30-00.123Z",
        "7d1f6f0e-4c55-4b6e-9c0a-2f4a1f3f9b21.jsonl.deleted.2026-03-15T10-30-00.123Z\n",
        "7D1F6F0E-4C55-4B6E-9C0A-2F4A1F3F9B21.jsonl.deleted.2026-03-15T10-30-00.123Z"
      })
  void parse_whatIsNoName_empty(String filename) {
    assertThat(ArchiveName.parse(filename)).isEmpty();
  }
}
