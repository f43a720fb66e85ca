package dev.parley.campaign.load;

import dev.parley.campaign.history.History;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares the sessions of a damaged or repaired copy with what was acknowledged. */
final class CopyComparison {
  private static final int PAGE = 100;
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
      ListMessagesRequest.Builder request =
          ListMessagesRequest.newBuilder()
              .setAgentId(agentId)
              .setSessionId(session.id)
              .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
              .setShowDeleted(true)
              .setPageSize(PAGE);
      ListMessagesResponse page;
      do {
        page = SessionServiceGrpc.newBlockingStub(endpoint.channel()).listMessages(request.build());
        page.getMessagesList().forEach(message -> compare(session, expected, message));
        request.setPageToken(page.getNextPageToken());
      } while (page.hasNextPageToken());
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
