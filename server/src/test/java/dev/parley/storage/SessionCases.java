package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

abstract class SessionCases extends StoreCases {

  @Test
  void createSession_isFoundByIdAndKey() {
    Session session = Sessions.of(newAgent().agentId());

    assertThat(get(store().createSession(session))).isEqualTo(session);
    assertThat(get(store().findSession(Sessions.ref(session), Cancellation.NONE)))
        .contains(session);
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(session);
  }

  @Test
  void createSession_unknownAgent_refused() {
    refused(ErrorReason.AGENT_NOT_FOUND, store().createSession(Sessions.of(UUID.randomUUID())));
  }

  @Test
  void createSession_keyHeld_refusedAndNothingChanged() {
    Session holder = newSession();
    Session other = Sessions.of(holder.agentId(), holder.key());

    SessionException e = refused(ErrorReason.KEY_IN_USE, store().createSession(other));

    assertThat(e.metadata())
        .containsEntry("key", holder.key())
        .containsEntry("session_id", holder.sessionId().toString());
    assertThat(list(holder.agentId(), false)).containsExactly(holder);
    assertThat(get(store().findSession(Sessions.ref(other), Cancellation.NONE))).isEmpty();
  }

  @Test
  void createSession_keyOfAnotherAgents_isFine() {
    Session one = newSession();

    Session two = get(store().createSession(Sessions.of(newAgent().agentId(), one.key())));

    assertThat(get(store().findSession(Sessions.keyRef(one), Cancellation.NONE))).contains(one);
    assertThat(get(store().findSession(Sessions.keyRef(two), Cancellation.NONE))).contains(two);
  }

  @Test
  void createSession_absentAndEmptyFields_stayApart() {
    UUID agentId = newAgent().agentId();
    Session.Profile empty =
        new Session.Profile(
            "",
            "",
            "",
            "",
            "",
            "",
            Sessions.json("{}"),
            Json.EMPTY_OBJECT,
            Session.Profile.NO_LABELS,
            Expiry.NEVER);
    Session.Profile full =
        new Session.Profile(
            "Label",
            "user",
            "client",
            "2.0",
            "direct",
            "slack",
            Sessions.json("{\"b\": 1.0,\"a\":2e3}"),
            Sessions.json("{ }"),
            Session.Profile.NO_LABELS,
            new Expiry(clock.instant().plusSeconds(99), Duration.ofDays(1), false));

    for (Session.Profile profile : new Session.Profile[] {empty, full, Session.Profile.EMPTY}) {
      Session session = get(store().createSession(Sessions.of(agentId, profile)));

      assertThat(session.profile()).isEqualTo(profile);
      assertThat(find(session)).isEqualTo(session);
    }
  }

  @Test
  void createSession_nanoseconds_answersMicroseconds() {
    Instant time = Instant.parse("2026-03-01T00:00:00.123456789Z");

    Session session = get(store().createSession(Sessions.of(newAgent().agentId(), "key", time)));

    assertThat(session.createTime()).isEqualTo(Instant.parse("2026-03-01T00:00:00.123456Z"));
    assertThat(session.updateTime()).isEqualTo(session.createTime());
    assertThat(find(session)).isEqualTo(session);
  }

  @Test
  void createSession_beforeTheEpoch_isKept() {
    Session session =
        get(
            store()
                .createSession(
                    Sessions.of(
                        newAgent().agentId(),
                        "key",
                        Instant.parse("1965-01-01T00:00:00.000001Z"))));

    assertThat(find(session).createTime()).isEqualTo("1965-01-01T00:00:00.000001Z");
    assertThat(list(session.agentId(), false)).containsExactly(session);
  }

  @Test
  void createSession_bigMetadata_isKept() {
    Json metadata = Sessions.json("{\"m\":\"" + "🦜".repeat(250_000) + "\"}");
    Session.Profile profile =
        new Session.Profile(
            null,
            null,
            null,
            "1.0",
            null,
            null,
            null,
            metadata,
            Session.Profile.NO_LABELS,
            Expiry.UNSET);

    Session session = get(store().createSession(Sessions.of(newAgent().agentId(), profile)));

    assertThat(find(session).profile().metadata().equals(metadata)).isTrue();
  }

  @Test
  void findSession_unknown_empty() {
    UUID agentId = newAgent().agentId();

    assertThat(
            get(
                store()
                    .findSession(new SessionRef.ByKey(agentId, "none", null), Cancellation.NONE)))
        .isEmpty();
    assertThat(
            get(
                store()
                    .findSession(
                        new SessionRef.ById(agentId, UUID.randomUUID(), null), Cancellation.NONE)))
        .isEmpty();
  }

  @Test
  void findSession_underAnotherAgent_empty() {
    Session session = newSession();

    assertThat(
            get(
                store()
                    .findSession(
                        new SessionRef.ById(newAgent().agentId(), session.sessionId(), null),
                        Cancellation.NONE)))
        .isEmpty();
  }

  @Test
  void updateSession_changesProfileAndNotThePlaceInLists() {
    Session older = newSession();
    Session newer = newSession(older.agentId());

    Session changed =
        get(
            store()
                .updateSession(
                    Sessions.keyRef(older), s -> s.withProfile(s.profile().withLabel("New"))));

    assertThat(changed).isEqualTo(older.withProfile(older.profile().withLabel("New")));
    assertThat(list(older.agentId(), false)).containsExactly(newer, changed);
  }

  @Test
  void updateSession_changeRefuses_nothingChanged() {
    Session session = newSession();

    refused(
        ErrorReason.ETAG_MISMATCH,
        store()
            .updateSession(
                Sessions.ref(session),
                s -> {
                  throw new SessionException(ErrorReason.ETAG_MISMATCH, "no");
                }));

    assertThat(find(session)).isEqualTo(session);
  }

  @Test
  void updateSession_changeFails_failsThatOneOnly() {
    Session session = newSession();

    assertThatThrownBy(
            () ->
                get(
                    store()
                        .updateSession(
                            Sessions.ref(session),
                            s -> {
                              throw new IllegalStateException("a fault");
                            })))
        .isInstanceOf(IllegalStateException.class);

    assertThat(find(session)).isEqualTo(session);
    appended(session, Sessions.draft("goes on"));
  }

  @Test
  void updateSession_changesWhatItMayNot_isAFault() {
    Session session = newSession();

    assertThatThrownBy(
            () ->
                get(
                    store()
                        .updateSession(
                            Sessions.ref(session), s -> s.withAppended(1, 1, clock.instant()))))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(find(session)).isEqualTo(session);
  }

  @Test
  void updateSession_unknown_refused() {
    refused(
        ErrorReason.SESSION_NOT_FOUND,
        store().updateSession(Sessions.ref(Sessions.of(newAgent().agentId())), s -> s));
  }
}
