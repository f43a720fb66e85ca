package dev.parley.campaign.watch;

import dev.parley.proto.v1.WatchSessionsRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a watcher watches and how.
 *
 * @param agentId the agent, or "-" for all
 * @param session the only session; null for all of the agent
 * @param after the sequence after which a watch of one session begins
 * @param events whether it reads Server-Sent Events instead of gRPC
 * @param states whether it is also told of the states of sessions
 * @param late whether it begins while sessions have messages
 * @param stalls whether it reads nothing for a while
 */
record WatchScope(
    String agentId,
    @Nullable WatchedSession session,
    int after,
    boolean events,
    boolean states,
    boolean late,
    boolean stalls) {
  static final String ALL = "-";

  /** All sessions of an agent, over gRPC. */
  static WatchScope of(String agentId) {
    return new WatchScope(agentId, null, 0, false, false, false, false);
  }

  static WatchScope of(WatchedSession session, int after) {
    return new WatchScope(session.agentId, session, after, false, false, false, false);
  }

  WatchScope withEvents() {
    return new WatchScope(agentId, session, after, true, states, late, stalls);
  }

  WatchScope withStates() {
    return new WatchScope(agentId, session, after, events, true, late, stalls);
  }

  WatchScope startedLate() {
    return new WatchScope(agentId, session, after, events, states, true, stalls);
  }

  WatchScope stalling() {
    return new WatchScope(agentId, session, after, events, states, late, true);
  }

  boolean covers(WatchedSession one) {
    return session == null
        ? agentId.equals(ALL) || agentId.equals(one.agentId)
        : session.id.equals(one.id);
  }

  WatchSessionsRequest.Builder request() {
    WatchSessionsRequest.Builder request =
        WatchSessionsRequest.newBuilder()
            .setAgentId(agentId)
            .addInclude(WatchSessionsRequest.Include.MESSAGES);
    request.getHeartbeatBuilder().setSeconds(1);
    if (session != null) {
      request.setSessionId(session.id).setAfterSequence(after);
    }
    return states ? request.addInclude(WatchSessionsRequest.Include.SESSIONS) : request;
  }

  /** The path and query of the same watch over REST. */
  String path(String token) {
    String path = "/v1/agents/" + agentId + "/sessions" + (session == null ? "" : "/" + session.id);
    String start = token.isEmpty() ? "" : "&resumeToken=" + token;
    String from = token.isEmpty() && session != null ? "&afterSequence=" + after : "";
    return path
        + ":watch?heartbeat=1s&include=MESSAGES"
        + (states ? "&include=SESSIONS" : "")
        + start
        + from;
  }
}
