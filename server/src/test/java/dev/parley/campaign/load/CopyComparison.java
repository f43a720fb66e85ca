package dev.parley.campaign.load;

import dev.parley.campaign.history.History;
import dev.parley.proto.v1.ChatMessage;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares the sessions of a damaged or repaired copy with what was acknowledged. */
final class CopyComparison {
  private static final String DAMAGED = "DATA_DAMAGED";
  private static final String PLACEHOLDER = "\"lost\":true";

  private final History history;
  private final String agentId;
  private final List<String> missing = new ArrayList<>();
  private final List<CopyContents.Position> placeholders = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private int damagedReads;

  CopyComparison(History history, String agentId) {
    this.history = history;
    this.agentId = agentId;
  }

  CopyContents compare(Endpoint endpoint, List<LiveSession> sessions) {
    for (LiveSession session : sessions) {
      if (!session.mayBeDeleted()) {
        compare(endpoint, session);
      }
    }
    return new CopyContents(missing, placeholders, damagedReads, wrong);
  }

  private void compare(Endpoint endpoint, LiveSession session) {
    Map<Long, String> expected = history.acknowledged(session.id);
    try {
      SessionReader.forEachMessage(
          endpoint, agentId, session, message -> compare(session, expected, message));
      expected
          .keySet()
          .forEach(sequence -> missing.add("session " + session.id + " sequence " + sequence));
    } catch (StatusRuntimeException e) {
      String reason = CallErrors.reason(e);
      if (reason.equals(DAMAGED)) {
        damagedReads++;
      } else if (reason.equals(CallErrors.NOT_FOUND) || reason.equals("AGENT_NOT_FOUND")) {
        missing.add("session " + session.id);
      } else {
        throw e;
      }
    }
  }

  private void compare(LiveSession session, Map<Long, String> expected, ChatMessage message) {
    String item = expected.remove(message.getSequence());
    if (message.getMetadata().getValue().contains(PLACEHOLDER)) {
      placeholders.add(new CopyContents.Position(session.id, message.getSequence()));
      return;
    }
    String found = SessionReader.entry(message).item();
    if (item != null && !item.equals(found)) {
      wrong.add("session %s shows %s for %s".formatted(session.id, found, item));
    }
  }
}
