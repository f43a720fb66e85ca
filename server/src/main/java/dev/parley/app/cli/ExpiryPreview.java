package dev.parley.app.cli;

import com.google.protobuf.Timestamp;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.ExpiringSession;
import dev.parley.proto.v1.GetAgentRequest;
import dev.parley.proto.v1.PreviewExpiryRequest;
import dev.parley.proto.v1.PreviewExpiryResponse;
import dev.parley.proto.v1.RetentionServiceGrpc;
import io.grpc.Channel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that will expire before a point in time.
 *
 * @param first the sessions that expire first, by time
 * @param count the number of all sessions that will expire
 * @param until the point in time, in whole seconds
 */
record ExpiryPreview(List<ExpiringSession> first, long count, Instant until) {
  private static final Comparator<ExpiringSession> BY_TIME =
      Comparator.comparing(ExpiryPreview::time).thenComparing(ExpiringSession::getSessionId);

  /**
   * Reads the preview from the server, whose order is not exactly by time.
   *
   * @param agent the agent whose sessions to read; null for all agents
   * @param limit the maximum size of {@code first}
   */
  static ExpiryPreview read(Channel channel, @Nullable String agent, Instant until, int limit) {
    Instant end = Instant.ofEpochSecond(until.getEpochSecond());
    PreviewExpiryRequest.Builder request =
        PreviewExpiryRequest.newBuilder()
            .setUntil(Timestamp.newBuilder().setSeconds(end.getEpochSecond()));
    if (agent != null) {
      requireAgent(channel, agent);
      request.setAgentId(agent);
    }
    RetentionServiceGrpc.RetentionServiceBlockingStub calls =
        RetentionServiceGrpc.newBlockingStub(channel);
    PriorityQueue<ExpiringSession> lastOnTop = new PriorityQueue<>(BY_TIME.reversed());
    long count = 0;
    PreviewExpiryResponse page;
    do {
      page = calls.previewExpiry(request.build());
      count += page.getSessionsCount();
      for (ExpiringSession session : page.getSessionsList()) {
        lastOnTop.add(session);
        if (lastOnTop.size() > limit) {
          lastOnTop.remove();
        }
      }
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    List<ExpiringSession> first = new ArrayList<>(lastOnTop);
    first.sort(BY_TIME);
    return new ExpiryPreview(first, count, end);
  }

  /** Fails for an unknown agent, which would otherwise look like one without sessions. */
  private static void requireAgent(Channel channel, String agent) {
    var unused =
        AgentServiceGrpc.newBlockingStub(channel)
            .getAgent(GetAgentRequest.newBuilder().setAgentId(agent).build());
  }

  private static Instant time(ExpiringSession session) {
    Timestamp time = session.getExpireTime();
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** Adds a row for each session. */
  void addTo(RowPrinter rows) {
    for (ExpiringSession session : first) {
      rows.add(
          ConsoleText.time(session.getExpireTime()),
          reason(session),
          session.getAgentId(),
          session.getSessionId(),
          Long.toString(session.getMessageCount()),
          session.getKey());
    }
  }

  /** A line with the number of all sessions that will expire. */
  String total() {
    return "%s will expire before %s%s"
        .formatted(
            ConsoleText.count(count, "session"),
            until,
            count > first.size() ? " (" + first.size() + " listed)" : "");
  }

  private static String reason(ExpiringSession session) {
    return switch (session.getReason()) {
      case EXPIRE_TIME -> "expire_time";
      case TTL -> "ttl of session";
      case DEFAULT_TTL -> "default ttl of agent";
      case REASON_UNSPECIFIED, UNRECOGNIZED -> ConsoleText.NONE;
    };
  }
}
