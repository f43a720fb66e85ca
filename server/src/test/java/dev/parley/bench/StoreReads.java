package dev.parley.bench;

import dev.parley.model.Session;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What readers ask a server that holds {@link Conversations}. */
final class StoreReads {
  private static final int PAGE = 50;

  private final SessionServiceBlockingStub stub;
  private final Conversations conversations;
  private final Random random;
  private final Session longest;
  private final List<String> listTokens;
  private final List<String> historyTokens;

  /** Walks once through the longest list and the longest history, for places deep in them. */
  StoreReads(SessionServiceBlockingStub stub, Conversations conversations, Random random) {
    this.stub = stub;
    this.conversations = conversations;
    this.random = random;
    longest = conversations.session(0);
    listTokens = walkList();
    historyTokens = walkHistory();
  }

  /** A read by the name it has in the report. */
  record Named(String name, Runnable call) {}

  List<Named> all() {
    return List.of(
        new Named("a session", this::session),
        new Named("longest list, first page", () -> list("")),
        new Named("longest list, deep page", () -> list(deep(listTokens))),
        new Named("any history, newest", () -> history(anySession(), "")),
        new Named("longest history, newest", () -> history(longest, "")),
        new Named("longest history, deep", () -> history(longest, deep(historyTokens))));
  }

  Session anySession() {
    return conversations.session(random.nextInt(conversations.sessionCount()));
  }

  private void session() {
    Session session = anySession();
    var unused = stub.getSession(request(session));
  }

  static GetSessionRequest request(Session session) {
    return GetSessionRequest.newBuilder()
        .setAgentId(session.agentId().toString())
        .setSessionId(session.sessionId().toString())
        .build();
  }

  static ListMessagesRequest historyRequest(Session session) {
    return ListMessagesRequest.newBuilder()
        .setAgentId(session.agentId().toString())
        .setSessionId(session.sessionId().toString())
        .setPageSize(PAGE)
        .build();
  }

  static ListSessionsRequest listRequest(Session session) {
    return ListSessionsRequest.newBuilder()
        .setAgentId(session.agentId().toString())
        .setPageSize(PAGE)
        .build();
  }

  private void list(String token) {
    requireFull(
        stub.listSessions(listRequest(longest).toBuilder().setPageToken(token).build())
            .getSessionsCount());
  }

  private void history(Session session, String token) {
    int count =
        stub.listMessages(historyRequest(session).toBuilder().setPageToken(token).build())
            .getMessagesCount();
    if (session == longest) {
      requireFull(count);
    }
  }

  private static void requireFull(int count) {
    if (count != PAGE) {
      throw new IllegalStateException("A page of " + count + ".");
    }
  }

  /** A place in the second half, before the last page, which need not be full. */
  private String deep(List<String> tokens) {
    int places = tokens.size() - 1;
    if (places < 1) {
      throw new IllegalStateException("There are too few of them for a deep page.");
    }
    int half = places / 2;
    return tokens.get(half + random.nextInt(places - half));
  }

  /** Where each page of the list of the agent with most sessions ends, but for the last. */
  private List<String> walkList() {
    List<String> tokens = new ArrayList<>();
    String token = "";
    for (int pages = conversations.sessionCount() / PAGE; pages >= 0; pages--) {
      token =
          stub.listSessions(listRequest(longest).toBuilder().setPageToken(token).build())
              .getNextPageToken();
      if (token.isEmpty()) {
        return tokens;
      }
      tokens.add(token);
    }
    throw new IllegalStateException("The list does not end.");
  }

  private List<String> walkHistory() {
    List<String> tokens = new ArrayList<>();
    String token = "";
    for (int pages = conversations.messagesOf(0) / PAGE; pages >= 0; pages--) {
      token =
          stub.listMessages(historyRequest(longest).toBuilder().setPageToken(token).build())
              .getNextPageToken();
      if (token.isEmpty()) {
        return tokens;
      }
      tokens.add(token);
    }
    throw new IllegalStateException("The history does not end.");
  }
}
