package dev.parley.api.foundry;

import dev.parley.api.json.RequestValidator;
import java.util.Optional;
import java.util.UUID;

/** Parses and formats resource identifiers: {@code ri.aip-agents..<type>.<uuid>}. */
final class Rid {
  private static final String AGENT = "ri.aip-agents..agent.";
  private static final String SESSION = "ri.aip-agents..session.";

  private Rid() {}

  static String ofAgent(UUID agentId) {
    return AGENT + agentId;
  }

  static String ofSession(UUID sessionId) {
    return SESSION + sessionId;
  }

  /** Returns the UUID of an agent that the caller may access. */
  static UUID agentId(String rid) {
    return id(rid, AGENT).orElseThrow();
  }

  /** Returns the UUID of a session; empty if the identifier is invalid. */
  static Optional<UUID> sessionId(String rid) {
    return id(rid, SESSION);
  }

  private static Optional<UUID> id(String rid, String prefix) {
    if (!rid.startsWith(prefix)) {
      return Optional.empty();
    }
    String uuid = rid.substring(prefix.length());
    return RequestValidator.isUuid(uuid) ? Optional.of(UUID.fromString(uuid)) : Optional.empty();
  }
}
