package dev.parley.core;

import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.core.CoreFixture.user;
import static dev.parley.testing.Failures.assertInvalid;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@link Sessions#update}. */
class SessionsUpdateTest {
  private static final Session.Profile EMPTY = Session.Profile.EMPTY;

  private final CoreFixture core = new CoreFixture();
  private final Sessions sessions = core.sessions;

  private Session create(Caller caller, Session.Profile profile) {
    return core.create(caller, core.agentId(), "key", profile);
  }

  @Test
  void update_changesTheProfileAndTheEtag() {
    Session before = core.create(core.root, "key");

    Session after = sessions.update(core.root, ref(before), null, p -> p.withLabel("label")).join();

    assertThat(after.profile()).isEqualTo(EMPTY.withLabel("label"));
    assertThat(after.etag()).isNotEqualTo(before.etag());
    assertThat(after.updateTime()).isEqualTo(before.updateTime());
  }

  @Test
  void update_toTheSameProfile_keepsTheEtag() {
    Session before = core.create(core.root, "key");

    assertThat(sessions.update(core.root, ref(before), null, p -> p).join()).isEqualTo(before);
  }

  @Test
  void update_presentOrNoEtag_isAccepted() {
    Session session = core.create(core.root, "key");

    Session first =
        sessions.update(core.root, ref(session), session.etag(), p -> p.withLabel("one")).join();
    Session second = sessions.update(core.root, ref(session), "", p -> p.withLabel("two")).join();

    assertThat(first.profile().label()).isEqualTo("one");
    assertThat(second.profile().label()).isEqualTo("two");
  }

  @Test
  void update_staleEtag_refusedWithThePresentOne() {
    Session before = core.create(core.root, "key");
    Session after = sessions.update(core.root, ref(before), null, p -> p.withLabel("one")).join();

    SessionException failure =
        assertReason(
            ErrorReason.ETAG_MISMATCH,
            () -> sessions.update(core.root, ref(before), before.etag(), p -> p.withLabel("two")));

    assertThat(failure.metadata()).isEqualTo(Map.of("etag", after.etag()));
    assertThat(sessions.get(core.root, ref(before)).join()).isEqualTo(after);
  }

  @Test
  void update_archivedSession_refused() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertReason(
        ErrorReason.SESSION_ARCHIVED,
        () -> sessions.update(core.root, ref(archived), null, p -> p.withLabel("label")));
  }

  @Test
  void update_byUser_cannotGiveTheSessionAway() {
    Session session = create(user("ada", "app"), EMPTY);
    // Another client of the same user may update, but keeps the client that created the session.
    Caller otherClient = user("ada", "other");

    assertInvalid(
        "user", () -> sessions.update(otherClient, ref(session), null, p -> p.withUser("bob")));
    assertInvalid(
        "user", () -> sessions.update(otherClient, ref(session), null, p -> p.withUser(null)));
    assertInvalid(
        "client",
        () -> sessions.update(otherClient, ref(session), null, p -> p.withClient("other")));
    Session labelled =
        sessions.update(otherClient, ref(session), null, p -> p.withLabel("label")).join();
    assertThat(labelled.profile()).isEqualTo(session.profile().withLabel("label"));
  }

  @Test
  void update_byMaster_mayGiveTheSessionAway() {
    Session session = create(core.ada, EMPTY);

    Session given =
        sessions
            .update(core.master, ref(session), null, p -> p.withUser("bob").withClient("app"))
            .join();

    assertThat(given.profile().user()).isEqualTo("bob");
  }

  @Test
  void update_expireTimeInThePast_refusedUnlessItIsTheOldOne() {
    Expiry soon = new Expiry(core.now().plusSeconds(5), null, false);
    Session session = create(core.root, EMPTY.withExpiry(soon));
    core.clock.advance(Duration.ofSeconds(9));

    assertInvalid(
        "expire_time",
        () ->
            sessions.update(
                core.root,
                ref(session),
                null,
                p -> p.withExpiry(new Expiry(core.now(), null, false))));
    Session labelled =
        sessions.update(core.root, ref(session), null, p -> p.withLabel("label")).join();
    assertThat(labelled.profile().expiry()).isEqualTo(soon);
  }

  @Test
  void update_ttlOutOfRange_refused() {
    Session session = core.create(core.root, "key");
    Expiry tooShort = new Expiry(null, Expiry.TTL_MIN.minusNanos(1_000), false);

    assertInvalid(
        "ttl", () -> sessions.update(core.root, ref(session), null, p -> p.withExpiry(tooShort)));
  }
}
