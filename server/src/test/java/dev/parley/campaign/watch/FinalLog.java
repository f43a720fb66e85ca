package dev.parley.campaign.watch;

import dev.parley.campaign.load.CallErrors;
import dev.parley.campaign.load.Endpoint;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.util.BitSet;

/**
 * The messages of a session at the end.
 *
 * @param exists whether the session is there
 * @param archived whether it is archived
 * @param head the newest sequence
 * @param deleted the sequences of deleted messages
 */
record FinalLog(boolean exists, boolean archived, int head, BitSet deleted) {
  private static final int PAGE = 1_000;

  /** Reads all messages of a session, and notes what differs from the acknowledged ones. */
  static FinalLog read(Endpoint endpoint, WatchedSession session, WatchedSessions sessions) {
    var calls = SessionServiceGrpc.newBlockingStub(endpoint.channel());
    try {
      Session state =
          calls.getSession(
              GetSessionRequest.newBuilder()
                  .setAgentId(session.agentId)
                  .setSessionId(session.id)
                  .build());
      if (session.isDeleted()) {
        sessions.found("session " + session.id + " was deleted and is there");
      }
      ListMessagesRequest.Builder request =
          ListMessagesRequest.newBuilder()
              .setAgentId(session.agentId)
              .setSessionId(session.id)
              .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
              .setShowDeleted(true)
              .setPageSize(PAGE);
      BitSet deleted = new BitSet();
      int head = 0;
      ListMessagesResponse page;
      do {
        page = calls.listMessages(request.build());
        for (ChatMessage message : page.getMessagesList()) {
          head++;
          if (message.getSequence() != head) {
            sessions.found(
                "session %s has %d at %d".formatted(session.id, message.getSequence(), head));
          }
          session
              .place((int) message.getSequence(), Integer.parseInt(message.getMessageId()))
              .ifPresent(sessions::found);
          deleted.set(head, message.hasDeleteTime());
        }
        request.setPageToken(page.getNextPageToken());
      } while (page.hasNextPageToken());
      if (head < session.acknowledgedHead()) {
        sessions.found("session %s ends at %d, acknowledged are more".formatted(session.id, head));
      }
      session.stored().ifPresent(sessions::found);
      return new FinalLog(true, state.hasArchiveTime(), head, deleted);
    } catch (StatusRuntimeException e) {
      if (!CallErrors.reason(e).equals(CallErrors.NOT_FOUND)) {
        throw e;
      }
      if (!session.mayBeDeleted()) {
        sessions.found("session " + session.id + " is lost");
      }
      return new FinalLog(false, false, session.acknowledgedHead(), new BitSet());
    }
  }
}
