package dev.parley.campaign.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.campaign.history.History;
import dev.parley.campaign.history.Interval;
import dev.parley.campaign.history.LogEntry;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetMessageRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads sessions through two APIs and notes what they show. */
final class SessionReader {
  private static final int PAGE = 100;
  private static final int HISTORY_MAX = 1_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /** The session is not active, or the store has trouble. */
  private static final Set<Integer> NO_ANSWER = Set.of(404, 429, 503, 504);

  private static final int NOT_FOUND = 404;

  private final History history;
  private final String agentId;
  private final boolean quiet;

  /**
   * A reader.
   *
   * @param quiet whether nothing disturbs the server, so that each call has to succeed or say that
   *     the session is gone
   */
  SessionReader(History history, String agentId, boolean quiet) {
    this.history = history;
    this.agentId = agentId;
    this.quiet = quiet;
  }

  private static SessionServiceBlockingStub calls(Endpoint endpoint) {
    return SessionServiceGrpc.newBlockingStub(endpoint.channel())
        .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Reads all messages with gRPC, and notes them.
   *
   * @param during when the state that is read was current, or null for now
   */
  List<LogEntry> messages(Endpoint endpoint, LiveSession session, @Nullable Interval during) {
    long begin = history.tick();
    List<LogEntry> entries = new ArrayList<>();
    try {
      forEachMessage(endpoint, agentId, session, message -> entries.add(entry(message)));
    } catch (StatusRuntimeException e) {
      noteMissing(session, e, during == null ? history.since(begin) : during);
      return List.of();
    }
    history.messagesRead(
        session.id, "ListMessages", entries, during == null ? history.since(begin) : during);
    return entries;
  }

  /** Reads all messages of a session, the oldest first, with the deleted ones. */
  static void forEachMessage(
      Endpoint endpoint, String agentId, LiveSession session, Consumer<ChatMessage> action) {
    ListMessagesRequest.Builder request =
        ListMessagesRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.id)
            .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
            .setShowDeleted(true)
            .setPageSize(PAGE);
    ListMessagesResponse page;
    do {
      page = calls(endpoint).listMessages(request.build());
      page.getMessagesList().forEach(action);
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
  }

  static LogEntry entry(ChatMessage message) {
    boolean deleted = message.hasDeleteTime();
    String item = deleted ? message.getMessageId() : Contents.item(message.getContent().getText());
    return new LogEntry(message.getSequence(), item, deleted);
  }

  /** Which message an id leads to, and where it is. */
  static String place(ChatMessage message) {
    return "%s at %d".formatted(entry(message).item(), message.getSequence());
  }

  /** Reads an acknowledged message by the id that the server gave it, and notes it. */
  void message(Endpoint endpoint, LiveSession session, String id) {
    GetMessageRequest request =
        GetMessageRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(session.id)
            .setMessageId(id)
            .build();
    String register = Load.MESSAGE_ID + id;
    long begin = history.tick();
    try {
      ChatMessage answer =
          MessageServiceGrpc.newBlockingStub(endpoint.channel())
              .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
              .getMessage(request);
      history.seen(session.id, register, place(answer), history.since(begin));
    } catch (StatusRuntimeException e) {
      if (CallErrors.reason(e).equals(CallErrors.MESSAGE_NOT_FOUND)) {
        history.seen(session.id, register, Load.ABSENT, history.since(begin));
      } else {
        noteMissing(session, e, history.since(begin));
      }
    }
  }

  private void noteMissing(LiveSession session, StatusRuntimeException e, Interval time) {
    String reason = CallErrors.reason(e);
    if (reason.equals(CallErrors.NOT_FOUND)) {
      history.seen(session.id, Load.STATE, Load.GONE, time);
    } else if (quiet || !CallErrors.isTrouble(reason)) {
      throw e;
    }
  }

  /**
   * Reads the session, and notes its label and whether it is archived.
   *
   * @param during as in {@link #messages}
   */
  Session session(Endpoint endpoint, LiveSession session, @Nullable Interval during) {
    long begin = history.tick();
    try {
      Session answer =
          calls(endpoint)
              .getSession(
                  GetSessionRequest.newBuilder()
                      .setAgentId(agentId)
                      .setSessionId(session.id)
                      .build());
      Interval time = during == null ? history.since(begin) : during;
      history.seen(session.id, Load.LABEL, answer.getLabel(), time);
      history.seen(
          session.id, Load.STATE, answer.hasArchiveTime() ? Load.ARCHIVED : Load.ACTIVE, time);
      return answer;
    } catch (StatusRuntimeException e) {
      noteMissing(session, e, during == null ? history.since(begin) : during);
      return Session.getDefaultInstance();
    }
  }

  /** Reads the runs, and notes the state of each that was ever started. */
  void runs(Endpoint endpoint, LiveSession session) {
    List<String> known = List.copyOf(session.runs);
    long begin = history.tick();
    try {
      Map<String, String> states = new HashMap<>();
      for (Run run :
          RunServiceGrpc.newBlockingStub(endpoint.channel())
              .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
              .listRuns(
                  ListRunsRequest.newBuilder()
                      .setAgentId(agentId)
                      .setSessionId(session.id)
                      .setPageSize(HISTORY_MAX)
                      .build())
              .getRunsList()) {
        states.put(run.getRunId(), run.getState().name());
      }
      Interval time = history.since(begin);
      known.forEach(
          run ->
              history.seen(
                  session.id, Load.RUN + run, states.getOrDefault(run, Load.ABSENT), time));
    } catch (StatusRuntimeException e) {
      noteMissing(session, e, history.since(begin));
    }
  }

  /** Reads the messages of an active session as clients of Guayaba do, and notes them. */
  void guayaba(Endpoint endpoint, LiveSession session) {
    String body = "{\"sessionKey\":\"%s\",\"limit\":%d}".formatted(session.key, HISTORY_MAX);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(endpoint.url() + "/api/v1/agents/" + agentId + "/sessions/history"))
            .timeout(TIMEOUT)
            .header("authorization", "Bearer " + endpoint.key())
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    long begin = history.tick();
    try {
      HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        List<String> items = new ArrayList<>();
        for (JsonNode message : JSON.readTree(answer.body())) {
          items.add(Contents.item(message.path("content").asText()));
        }
        Interval time = history.since(begin);
        history.visibleMessagesRead(session.id, "Guayaba", items, time);
        history.seen(session.id, Load.STATE, Load.ACTIVE, time);
      } else if (quiet
          ? answer.statusCode() != NOT_FOUND
          : !NO_ANSWER.contains(answer.statusCode())) {
        throw new IllegalStateException(
            "Guayaba answers %d: %s".formatted(answer.statusCode(), answer.body()));
      }
    } catch (IOException e) {
      if (quiet) {
        throw new UncheckedIOException(e);
      }
      // The server is gone, and with it the answer.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
