package dev.parley.app.cli.copy;

import dev.parley.model.Session;

/** A store was changed while it was read. The message is one readable line. */
final class StoreChangedException extends RuntimeException {
  StoreChangedException(Session session) {
    super(
        "The session %s of agent %s was changed during the copy. No server may write to the stores"
            .formatted(session.sessionId(), session.agentId()));
  }
}
