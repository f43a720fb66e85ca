package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.testing.Sessions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Stores may store a large origin or metadata in another way than a small one. */
abstract class MetadataCases extends StoreCases {
  private static final Json EMPTY = Json.EMPTY_OBJECT;
  private static final Json SMALL = Sessions.metadata(100);
  private static final Json LARGE = Sessions.metadata(64 * 1024);
  private static final Json OTHER = Sessions.metadata(64 * 1024 - 1);

  @Test
  void originAndMetadata_ofAnySize_areThereByEveryWay() {
    UUID agentId = newAgent().agentId();
    for (int bytes : new int[] {8, 1_023, 1_024, 1_025, 64 * 1024}) {
      Json json = Sessions.metadata(bytes);
      requireFound(newSession(agentId, null, json));
      requireFound(newSession(agentId, json, EMPTY));
      requireFound(newSession(agentId, json, json));
    }
    assertThat(list(agentId, false)).hasSize(15);
  }

  @Test
  void update_toAnySize_replacesOriginAndMetadata() {
    Session session = newSession(newAgent().agentId(), null, EMPTY);
    for (Json metadata : List.of(LARGE, SMALL, LARGE, OTHER, EMPTY)) {
      session = update(session, session.profile().withMetadata(metadata));
      requireFound(session);
    }
    for (Json origin : List.of(LARGE, OTHER, SMALL)) {
      session = update(session, session.profile().withOrigin(origin).withMetadata(LARGE));
      requireFound(session);
    }
    requireFound(update(session, session.profile().withOrigin(null).withMetadata(EMPTY)));
  }

  @Test
  void otherChanges_keepOriginAndMetadata() {
    Session session = newSession(newAgent().agentId(), OTHER, LARGE);

    session = appended(session, Sessions.draft("one"), Sessions.draft("two")).session();
    requireFound(session);
    session = update(session, session.profile().withLabel("label"));
    requireFound(session);
    session = archive(session);
    assertThat(session.profile().origin()).isEqualTo(OTHER);
    assertThat(session.profile().metadata()).isEqualTo(LARGE);
    assertThat(list(session.agentId(), true)).containsExactly(session);
    session = get(restore(session));
    requireFound(session);
    session = appended(session, Sessions.draft("three")).session();
    requireFound(session);
  }

  @Test
  void delete_thenNewSession_hasNothingOfTheOldOne() {
    Session old = newSession(newAgent().agentId(), OTHER, LARGE);
    var deleted = get(delete(old));

    Session next =
        Session.create(
            old.agentId(), old.sessionId(), old.key(), Session.Profile.EMPTY, old.createTime());
    requireFound(get(store().createSession(next)));
    assertThat(find(next).profile()).isEqualTo(Session.Profile.EMPTY);
  }

  private Session newSession(UUID agentId, Json origin, Json metadata) {
    Session.Profile profile = Session.Profile.EMPTY.withOrigin(origin).withMetadata(metadata);
    return get(store().createSession(Sessions.of(agentId, profile)));
  }

  private Session update(Session session, Session.Profile profile) {
    return get(store().updateSession(Sessions.ref(session), s -> s.withProfile(profile)));
  }

  private void requireFound(Session session) {
    assertThat(find(session)).isEqualTo(session);
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(session);
    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).contains(session);
    assertThat(
            get(
                store()
                    .findSessions(
                        session.agentId(), Set.of(session.sessionId()), Cancellation.NONE)))
        .containsExactly(session);
    assertThat(list(session.agentId(), false)).contains(session);
  }
}
