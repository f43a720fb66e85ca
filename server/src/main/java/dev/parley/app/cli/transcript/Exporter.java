package dev.parley.app.cli.transcript;

import dev.parley.app.cli.client.RestMessages;
import dev.parley.app.cli.console.Progress;
import dev.parley.app.cli.transcript.output.SessionTarget;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetAgentRequest;
import dev.parley.proto.v1.GetRetrievedContextRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListArchivesResponse;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.ListRunsResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.RetrievedContext;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sessions of an agent through the public API, page by page, and passes them to a target:
 * archived sessions first, each list from the oldest to the newest. An import in this order keeps
 * the order of lists. Only the ids of sessions are held in memory.
 */
final class Exporter {
  private static final int PAGE = 1_000;
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final AgentServiceGrpc.AgentServiceBlockingStub agents;
  private final SessionServiceGrpc.SessionServiceBlockingStub calls;
  private final RunServiceGrpc.RunServiceBlockingStub runCalls;
  private final RestMessages large;
  private final String agentId;
  private long sessions;
  private long messages;
  private long runs;

  /**
   * Creates an exporter of the sessions of an agent.
   *
   * @param large reads messages whose content is too large for a gRPC response
   */
  Exporter(Channel channel, RestMessages large, String agentId) {
    this.large = large;
    agents = AgentServiceGrpc.newBlockingStub(channel);
    calls = SessionServiceGrpc.newBlockingStub(channel);
    runCalls = RunServiceGrpc.newBlockingStub(channel);
    this.agentId = agentId;
  }

  long sessions() {
    return sessions;
  }

  long messages() {
    return messages;
  }

  long runs() {
    return runs;
  }

  /**
   * Exports sessions.
   *
   * @param only the id or key of the one session to export; null for all
   * @param archived whether to export archived sessions, too
   */
  void run(@Nullable String only, boolean archived, SessionTarget target, Progress progress)
      throws IOException {
    if (only != null) {
      GetSessionRequest.Builder request = GetSessionRequest.newBuilder().setAgentId(agentId);
      boolean byId = UUID_FORM.matcher(only).matches();
      write(
          calls.getSession((byId ? request.setSessionId(only) : request.setKey(only)).build()),
          target,
          progress);
      target.finish();
      return;
    }
    var unused = agents.getAgent(GetAgentRequest.newBuilder().setAgentId(agentId).build());
    List<UUID> ids = archived ? archived() : new ArrayList<>();
    ids.addAll(active());
    progress.expect(ids.size());
    for (UUID id : ids) {
      Session session = find(id);
      if (session != null) {
        write(session, target, progress);
      }
    }
    target.finish();
  }

  private List<UUID> archived() {
    List<UUID> ids = new ArrayList<>();
    ListArchivesRequest.Builder request =
        ListArchivesRequest.newBuilder().setAgentId(agentId).setPageSize(PAGE);
    ListArchivesResponse page;
    do {
      page = calls.listArchives(request.build());
      page.getArchivesList().forEach(each -> ids.add(UUID.fromString(each.getSessionId())));
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    Collections.reverse(ids);
    return ids;
  }

  private List<UUID> active() {
    List<UUID> ids = new ArrayList<>();
    ListSessionsRequest.Builder request =
        ListSessionsRequest.newBuilder().setAgentId(agentId).setPageSize(PAGE);
    ListSessionsResponse page;
    do {
      page = calls.listSessions(request.build());
      page.getSessionsList().forEach(each -> ids.add(UUID.fromString(each.getSessionId())));
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    Collections.reverse(ids);
    return ids;
  }

  /** The session; null if it was deleted after it was listed. */
  private @Nullable Session find(UUID id) {
    try {
      return calls.getSession(
          GetSessionRequest.newBuilder().setAgentId(agentId).setSessionId(id.toString()).build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  private void write(Session session, SessionTarget target, Progress progress) throws IOException {
    target.begin(session);
    writeRuns(session, target);
    long before = messages;
    writeMessages(session, target);
    target.end(session);
    sessions++;
    progress.sessions(1);
    progress.messages(messages - before);
  }

  private void writeRuns(Session session, SessionTarget target) throws IOException {
    ListRunsRequest.Builder request =
        ListRunsRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.getSessionId())
            .setOrder(ListRunsRequest.Order.OLDEST_FIRST)
            .setPageSize(PAGE);
    ListRunsResponse page;
    do {
      page = runCalls.listRuns(request.build());
      for (Run run : page.getRunsList()) {
        RetrievedContext context =
            runCalls.getRetrievedContext(
                GetRetrievedContextRequest.newBuilder()
                    .setAgentId(agentId)
                    .setSessionId(session.getSessionId())
                    .setRunId(run.getRunId())
                    .build());
        target.run(session, run, context);
        runs++;
      }
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
  }

  private ChatMessage complete(Session session, ChatMessage message) {
    return message.hasOmittedContentBytes()
        ? large.get(agentId, session.getSessionId(), message.getSequence())
        : message;
  }

  private void writeMessages(Session session, SessionTarget target) throws IOException {
    ListMessagesRequest.Builder request =
        ListMessagesRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.getSessionId())
            .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
            .setPageSize(PAGE);
    ListMessagesResponse page;
    do {
      page = calls.listMessages(request.build());
      for (ChatMessage message : page.getMessagesList()) {
        target.message(session, complete(session, message));
        messages++;
      }
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
  }
}
