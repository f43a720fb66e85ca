package dev.parley.bench;

import dev.parley.model.Session;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The data in the store before a measurement.
 *
 * @param large an agent with {@link Preparation#LARGE} sessions, which are only read
 * @param largeSessions the sessions of this agent
 * @param small an agent with a tenth as many sessions, which are only read
 * @param written the sessions of a third agent, which receive the appends
 * @param longHistory a session with {@link Preparation#LONG} messages
 * @param shortHistory a session with a tenth as many messages
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
