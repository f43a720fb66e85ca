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

  @Test
  void of_isCutToMilliseconds() {
    Session archived = archived(Instant.parse("2026-03-15T10:30:00.123999Z"));

    assertThat(ArchiveName.of(archived).archiveTime())
        .isEqualTo(Instant.parse("2026-03-15T10:30:00.123Z"));
    assertThat(ArchiveName.of(archived)).isEqualTo(NAME);
  }

  private static Session archived(Instant archiveTime) {
    return Session.create(UUID.randomUUID(), ID, "key", Session.Profile.EMPTY, Instant.EPOCH)
        .withArchiveTime(archiveTime);
  }

  @Test
  void names_theSessionInItsPresentArchivedState() {
    Session archived = archived(Instant.parse("2026-03-15T10:30:00.123456Z"));

    assertThat(NAME.names(archived)).isTrue();
    assertThat(NAME.names(archived.withArchiveTime(null))).as("restored").isFalse();
    assertThat(NAME.names(archived(Instant.parse("2026-03-15T10:30:00.124Z"))))
        .as("archived again")
        .isFalse();
    assertThat(new ArchiveName(UUID.randomUUID(), NAME.archiveTime()).names(archived)).isFalse();
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
