package dev.parley.model;

import static dev.parley.testing.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final Session.Profile EMPTY = Session.Profile.EMPTY;
  private static final Session SESSION =
      Session.create(UUID.randomUUID(), UUID.randomUUID(), "key", EMPTY, NOW);
  private static final Expiry HOUR = new Expiry(null, Duration.ofHours(1), false);

  @Test
  void create_isActiveAndEmpty() {
    assertThat(SESSION.isArchived()).isFalse();
    assertThat(SESSION.messageCount()).isZero();
    assertThat(SESSION.spokenCount()).isZero();
    assertThat(SESSION.runCount()).isZero();
    assertThat(SESSION.createTime()).isEqualTo(NOW);
    assertThat(SESSION.updateTime()).isEqualTo(NOW);
    assertThat(SESSION.effectiveExpireTime()).isNull();
  }

  @Test
  void times_areTruncatedToMicroseconds() {
    Session finer =
        Session.create(UUID.randomUUID(), UUID.randomUUID(), "key", EMPTY, NOW.plusNanos(1_999))
            .withArchiveTime(NOW.plusNanos(2_999));

    assertThat(finer.createTime()).isEqualTo(NOW.plusNanos(1_000));
    assertThat(finer.updateTime()).isEqualTo(NOW.plusNanos(1_000));
    assertThat(finer.archiveTime()).isEqualTo(NOW.plusNanos(2_000));
  }

  @Test
  void withAppended_countsMessagesAndMovesTheUpdateTime() {
    Session after = SESSION.withAppended(3, 2, NOW.plusSeconds(1));

    assertThat(after.messageCount()).isEqualTo(3);
    assertThat(after.headSequence()).isEqualTo(3);
    assertThat(after.spokenCount()).isEqualTo(2);
    assertThat(after.updateTime()).isEqualTo(NOW.plusSeconds(1));
    assertThat(after.withAppended(1, 0, NOW).headSequence()).isEqualTo(4);
  }

  @Test
  void withAppended_earlierTime_keepsTheUpdateTime() {
    assertThat(SESSION.withAppended(1, 1, NOW.minusSeconds(1)).updateTime()).isEqualTo(NOW);
  }

  @Test
  void withAppended_andWithRun_keepTheEtag() {
    assertThat(SESSION.withAppended(1, 1, NOW).etag()).isEqualTo(SESSION.etag());
    assertThat(SESSION.withRun().etag()).isEqualTo(SESSION.etag());
    assertThat(SESSION.withRun().runCount()).isEqualTo(1);
    assertThat(SESSION.withRun().updateTime()).isEqualTo(NOW);
  }

  @Test
  void withProfile_anotherOne_changesTheEtagOnly() {
    Session after = SESSION.withProfile(EMPTY.withLabel("label"));

    assertThat(after.profile().label()).isEqualTo("label");
    assertThat(after.revision()).isEqualTo(SESSION.revision() + 1);
    assertThat(after.etag()).isNotEqualTo(SESSION.etag());
    assertThat(after.updateTime()).isEqualTo(NOW);
  }

  @Test
  void withProfile_equalOne_isTheSameSession() {
    assertThat(SESSION.withProfile(EMPTY.withLabel(null))).isSameAs(SESSION);
  }

  @Test
  void etag_isQuotedHexadecimal() {
    Session session = SESSION;
    for (int i = 0; i < 15; i++) {
      session = session.withArchiveTime(null);
    }

    assertThat(SESSION.etag()).isEqualTo("\"1\"");
    assertThat(session.etag()).isEqualTo("\"10\"");
  }

  @Test
  void withArchiveTime_archivesAndRestores() {
    Session archived = SESSION.withArchiveTime(NOW);

    assertThat(archived.isArchived()).isTrue();
    assertThat(archived.etag()).isNotEqualTo(SESSION.etag());
    assertThat(archived.withArchiveTime(null).isArchived()).isFalse();
    assertThat(archived.withArchiveTime(null).etag()).isNotEqualTo(archived.etag());
  }

  @Test
  void withDefaultTtl_appliesIfNoExpiryIsSet() {
    Duration day = Duration.ofDays(1);

    Session after = SESSION.withDefaultTtl(day);

    assertThat(after.profile().expiry()).isEqualTo(new Expiry(null, day, true));
    assertThat(after.revision()).isEqualTo(SESSION.revision());
  }

  @Test
  void withDefaultTtl_expirySetOrNoDefault_changesNothing() {
    Session own = SESSION.withProfile(EMPTY.withExpiry(HOUR));
    Session never = SESSION.withProfile(EMPTY.withExpiry(Expiry.NEVER));

    assertThat(own.withDefaultTtl(Duration.ofDays(1))).isSameAs(own);
    assertThat(never.withDefaultTtl(Duration.ofDays(1))).isSameAs(never);
    assertThat(SESSION.withDefaultTtl(null)).isSameAs(SESSION);
  }

  @Test
  void isExpired_fromItsExpireTimeOn() {
    Session session = SESSION.withProfile(EMPTY.withExpiry(HOUR));
    Instant end = NOW.plus(Duration.ofHours(1));

    assertThat(session.effectiveExpireTime()).isEqualTo(end);
    assertThat(session.isExpired(end.minusNanos(1_000))).isFalse();
    assertThat(session.isExpired(end)).isTrue();
    assertThat(SESSION.isExpired(Instant.MAX)).isFalse();
  }

  @Test
  void isExpired_appendedTo_countsFromTheAppend() {
    Session session =
        SESSION.withProfile(EMPTY.withExpiry(HOUR)).withAppended(1, 1, NOW.plusSeconds(60));

    assertThat(session.effectiveExpireTime()).isEqualTo(NOW.plusSeconds(3_660));
  }

  @Test
  void isExpired_archived_never() {
    Session archived = SESSION.withProfile(EMPTY.withExpiry(HOUR)).withArchiveTime(NOW);

    assertThat(archived.effectiveExpireTime()).isNull();
    assertThat(archived.isExpired(Instant.MAX)).isFalse();
  }

  @Test
  void bytes_countEveryText() {
    Session.Profile full =
        new Session.Profile(
            "12",
            "345",
            "6789",
            "0",
            "12",
            "3",
            json("{\"a\":1}"),
            json("{ }"),
            Session.Profile.NO_LABELS,
            Expiry.UNSET);

    assertThat(SESSION.bytes())
        .isEqualTo(Session.FIXED_BYTES + "key".length() + "1.0".length() + "{}".length());
    assertThat(SESSION.withProfile(full).bytes())
        .isEqualTo(Session.FIXED_BYTES + "key".length() + 13 + 7 + 3);
    assertThat(SESSION.withProfile(EMPTY.withLabel("\u00e9")).bytes())
        .as("bytes, not characters")
        .isEqualTo(SESSION.bytes() + 2);
  }

  @Test
  void profile_changesOneFieldAtATime() {
    Session.Profile full =
        new Session.Profile(
            "label",
            "user",
            "client",
            "2",
            "chat",
            "web",
            json("{}"),
            json("{}"),
            Session.Profile.NO_LABELS,
            HOUR);

    assertThat(full.withLabel("a").withLabel("label")).isEqualTo(full);
    assertThat(full.withUser("a").withUser("user")).isEqualTo(full);
    assertThat(full.withClient("a").withClient("client")).isEqualTo(full);
    assertThat(full.withAgentVersion("a").withAgentVersion("2")).isEqualTo(full);
    assertThat(full.withExpiry(Expiry.NEVER).withExpiry(HOUR)).isEqualTo(full);
    assertThat(full.withUser("a").user()).isEqualTo("a");
    assertThat(full.withClient("a").client()).isEqualTo("a");
    assertThat(full.withAgentVersion("a").agentVersion()).isEqualTo("a");
  }
}
