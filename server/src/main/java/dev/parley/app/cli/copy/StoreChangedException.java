package dev.parley.app.cli.copy;

import dev.parley.model.Session;

/** Somebody writes to a store while it is read. The message is one line for people. */
final class StoreChangedException extends RuntimeException {
  StoreChangedException(Session session) {
    super(
        "The session %s of agent %s changes meanwhile: no server may write to the stores"
            .formatted(session.sessionId(), session.agentId()));
  }
}
