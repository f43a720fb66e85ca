package dev.parley.bench;

import dev.parley.model.Session;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is in the store before a measurement.
 *
 * @param large an agent with {@link Preparation#LARGE} sessions, which nobody writes to
 * @param largeSessions these sessions
 * @param small an agent with a tenth of them, which nobody writes to
 * @param written the sessions of a third agent, to which appends go
 * @param longHistory a session with {@link Preparation#LONG} messages
 * @param shortHistory a session with a tenth of them
 */
record Data(
    UUID large,
    List<Session> largeSessions,
    UUID small,
    List<Session> written,
    Session longHistory,
    Session shortHistory) {

  Session anyWritten() {
    return any(written);
  }

  Session anyLarge() {
    return any(largeSessions);
  }

  private static Session any(List<Session> sessions) {
    return sessions.get(ThreadLocalRandom.current().nextInt(sessions.size()));
  }
}
