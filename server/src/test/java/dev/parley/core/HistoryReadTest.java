package dev.parley.core;

import static dev.parley.core.CoreFixture.keyRef;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.page.MessageListing;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link Messages#history} of small sessions. {@link ChunkedHistoryTest} reads large ones. */
class HistoryReadTest {
  private static final Set<Role> SPOKEN = EnumSet.of(Role.USER, Role.ASSISTANT);
  private static final long NO_BYTES_MAX = Long.MAX_VALUE;

  private final CoreFixture core = new CoreFixture();
  private final Session session = core.create(core.ada, "key");

  private List<Long> history(SessionRef ref, Set<Role> roles, int limit, long bytesMax) {
    return core.messages.history(core.root, ref, roles, limit, bytesMax).all().join().stream()
        .map(Message::sequence)
        .toList();
  }

  private void appendOneOfEachRole() {
    for (Role role : Role.values()) {
      core.append(session, message(null, role, "text"));
    }
  }

  @Test
  void history_newestMessages_oldestFirst() {
    core.append(session, message("a"), message("b"), message("c"));

    assertThat(history(ref(session), SPOKEN, 2, NO_BYTES_MAX)).containsExactly(2L, 3L);
    assertThat(history(keyRef(session), SPOKEN, 3, NO_BYTES_MAX)).containsExactly(1L, 2L, 3L);
    assertThat(history(keyRef(session), SPOKEN, 4, NO_BYTES_MAX)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void history_ofTheRolesAskedForOnly() {
    appendOneOfEachRole();

    assertThat(history(ref(session), SPOKEN, 9, NO_BYTES_MAX)).containsExactly(1L, 2L);
    assertThat(history(ref(session), EnumSet.of(Role.TOOL), 9, NO_BYTES_MAX)).containsExactly(4L);
    assertThat(history(ref(session), EnumSet.allOf(Role.class), 9, NO_BYTES_MAX))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void history_tooManyBytes_endsAtItsOldEnd() {
    core.append(session, message("a"), message("b"), message("c"));
    long each =
        core.messages
            .list(core.root, MessageListing.all(ref(session), true), CoreFixture.first(1))
            .join()
            .messages()
            .get(0)
            .bytes();

    assertThat(history(ref(session), SPOKEN, 9, 2 * each)).containsExactly(2L, 3L);
    assertThat(history(ref(session), SPOKEN, 9, 2 * each - 1)).containsExactly(3L);
    assertThat(history(ref(session), SPOKEN, 9, 1)).containsExactly(3L);
  }

  @Test
  void history_sessionWithoutMessages_isEmpty() {
    assertThat(history(ref(session), SPOKEN, 9, NO_BYTES_MAX)).isEmpty();
  }

  @Test
  void history_sessionOfAnotherUser_isNotFound() {
    SessionRef.ById hidden = core.bob.byId(core.agentId(), session.sessionId());

    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> core.messages.history(core.bob, hidden, SPOKEN, 9, NO_BYTES_MAX).all());
  }
}
