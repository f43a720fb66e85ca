package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.page.PageRequest;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final Duration MICRO = Duration.ofNanos(1_000);

  private final CoreFixture core = new CoreFixture();
  private final Instant end = core.now().plus(Retention.AHEAD_DEFAULT);

  private Session createExpiring(UUID agentId, Instant expireTime) {
    Expiry expiry = new Expiry(expireTime, null, false);
    return core.sessions
        .create(core.root, agentId, null, Session.Profile.EMPTY.withExpiry(expiry))
        .join();
  }

  private Session createExpiring(Instant expireTime) {
    return createExpiring(core.agentId(), expireTime);
  }

  private List<Session> preview(UUID agentId, Instant until) {
    return allPages(2, page -> core.retention.preview(core.root, agentId, until, page));
  }

  @Test
  void preview_withoutTime_looksOneDayAhead() {
    Session atTheEnd = createExpiring(end);
    createExpiring(end.plus(MICRO));
    core.create(core.root, "never");
    core.clock.set("2026-03-01T00:00:01Z");

    assertThat(preview(null, null)).containsExactly(atTheEnd);
  }

  @Test
  void preview_until_includesItsTime() {
    Instant time = core.now().plusSeconds(60);
    Session one = createExpiring(time);
    Session two = createExpiring(time.minusSeconds(9));
    createExpiring(time.plus(MICRO));

    assertThat(preview(null, time)).containsExactly(two, one);
  }

  @Test
  void preview_ofOneAgent() {
    Session own = createExpiring(end);
    Session ofSibling = createExpiring(core.sibling.agentId(), end.minusSeconds(1));

    assertThat(preview(core.agentId(), null)).containsExactly(own);
    assertThat(preview(core.sibling.agentId(), null)).containsExactly(ofSibling);
    assertThat(preview(null, null)).containsExactly(ofSibling, own);
  }

  @Test
  void preview_sessionThatWasAppendedTo_isLeftOutIfItExpiresLater() {
    Expiry hour = new Expiry(null, Duration.ofHours(1), false);
    Session session =
        core.create(core.root, core.agentId(), "key", Session.Profile.EMPTY.withExpiry(hour));
    Instant expireTime = session.effectiveExpireTime();
    core.clock.advance(Duration.ofMinutes(30));
    core.append(session, message("text"));

    assertThat(preview(null, expireTime)).isEmpty();
    assertThat(preview(null, expireTime.plusSeconds(1_800))).hasSize(1);
  }

  @Test
  void preview_archivedSession_isLeftOut() {
    core.archive(createExpiring(end));

    assertThat(preview(null, end)).isEmpty();
  }

  @Test
  void preview_tokenOfAnotherQuery_refused() {
    createExpiring(end);
    createExpiring(end);
    createExpiring(end);
    String token = core.retention.preview(core.root, null, end, first(1)).join().nextToken();
    PageRequest page = new PageRequest(1, token);

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> core.retention.preview(core.root, core.agentId(), end, page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> core.retention.preview(core.root, null, end.plus(MICRO), page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN, () -> core.retention.preview(core.root, null, null, page));
  }

  @Test
  void preview_tokenOfAnotherAgent_refused() {
    createExpiring(end);
    createExpiring(end);
    createExpiring(end);
    String token =
        core.retention.preview(core.root, core.agentId(), end, first(1)).join().nextToken();

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () ->
            core.retention.preview(
                core.root, core.sibling.agentId(), end, new PageRequest(1, token)));
  }

  @Test
  void preview_withoutTime_tokenStaysGoodAsTimePasses() {
    createExpiring(end.minusSeconds(5));
    Session second = createExpiring(end);
    String token = core.retention.preview(core.root, null, null, first(1)).join().nextToken();
    core.clock.advance();

    assertThat(
            core.retention.preview(core.root, null, null, new PageRequest(1, token)).join().items())
        .containsExactly(second);
  }
}
