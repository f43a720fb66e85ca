package dev.parley.campaign.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;

/** The data of Server-Sent Events. */
final class EventJson {
  private EventJson() {}

  /** Without fields whose JSON form differs from that of protobuf. */
  static String withoutContent(String json) {
    ObjectNode event = (ObjectNode) JsonBodies.tree(json);
    if (event.get("message") instanceof ObjectNode message) {
      message.retain("sequence", "messageId");
    }
    if (event.get("session") instanceof ObjectNode session) {
      session.retain("sessionId", "headSequence", "archiveTime");
    }
    return event.toString();
  }
}
