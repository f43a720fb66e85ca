package dev.parley.app.cli;

import com.google.protobuf.Timestamp;
import dev.parley.app.cli.console.ConsoleText;
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
 * The sessions that are going to be deleted until a time.
 *
 * @param first those that go first, the first to go first
 * @param count how many go
 * @param until the time, in whole seconds
 */
record ExpiryPreview(List<ExpiringSession> first, long count, Instant until) {
  private static final Comparator<ExpiringSession> FIRST_TO_GO =
      Comparator.comparing(ExpiryPreview::time).thenComparing(ExpiringSession::getSessionId);

  /**
   * Reads them. The server's order is not quite that in which they go.
   *
   * @param agent only this agent's; null for all
   * @param limit how many to keep
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
    PriorityQueue<ExpiringSession> lastOnTop = new PriorityQueue<>(FIRST_TO_GO.reversed());
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
    first.sort(FIRST_TO_GO);
    return new ExpiryPreview(first, count, end);
  }

  /** One that there is not has no sessions, which is not to look as if all were well. */
  private static void requireAgent(Channel channel, String agent) {
    var unused =
        AgentServiceGrpc.newBlockingStub(channel)
            .getAgent(GetAgentRequest.newBuilder().setAgentId(agent).build());
  }

  private static Instant time(ExpiringSession session) {
    Timestamp time = session.getExpireTime();
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** A line for each, and one for all. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (ExpiringSession session : first) {
      lines.add(
          String.join(
              "\t",
              ConsoleText.time(session.getExpireTime()),
              reason(session),
              session.getAgentId(),
              session.getSessionId(),
              Long.toString(session.getMessageCount()),
              session.getKey()));
    }
    lines.add(
        "%d %s going to be deleted until %s%s"
            .formatted(
                count,
                count == 1 ? "session is" : "sessions are",
                until,
                count > first.size() ? "; listed: " + first.size() : ""));
    return lines;
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
