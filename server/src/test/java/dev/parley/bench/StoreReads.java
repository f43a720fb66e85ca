package dev.parley.bench;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parley.model.Session;
import dev.parley.proto.v1.CountSessionsRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.SearchMessagesRequest;
import dev.parley.proto.v1.SearchServiceGrpc;
import dev.parley.proto.v1.SearchServiceGrpc.SearchServiceBlockingStub;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import io.grpc.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Reads of a server that has {@link Conversations}. */
final class StoreReads {
  /** The read with which the times of the others are compared. */
  static final String FIRST_PAGE = "longest list, first page";

  private static final int PAGE = 50;
  private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
  private static final int INDEX_POLLS_MAX = 7_200;

  private static final String CLIENT = "client = \"web\"";

  private final SessionServiceBlockingStub stub;
  private final SearchServiceBlockingStub search;
  private final Conversations conversations;
  private final Random random;
  private final Session longest;
  private final List<String> listTokens;
  private final List<String> clientTokens;
  private final List<String> historyTokens;

  /**
   * Reads all pages of the longest lists and the longest history once, to know page tokens deep in
   * them.
   */
  StoreReads(Channel channel, Conversations conversations, Random random) {
    stub = SessionServiceGrpc.newBlockingStub(channel);
    search = SearchServiceGrpc.newBlockingStub(channel);
    this.conversations = conversations;
    this.random = random;
    longest = conversations.session(0);
    listTokens = walkList(listRequest(longest));
    clientTokens = walkList(listRequest(longest).toBuilder().setFilter(CLIENT).build());
    historyTokens = walkHistory();
  }

  /** A read and its name in the report. */
  record Named(String name, Runnable call) {}

  List<Named> all() {
    return List.of(
        new Named("a session", this::session),
        new Named(FIRST_PAGE, () -> list("", "")),
        new Named("longest list, deep page", () -> list("", deep(listTokens))),
        new Named("list of a client, first page", () -> list(CLIENT, "")),
        new Named("list of a client, deep page", () -> list(CLIENT, deep(clientTokens))),
        new Named("list of a user", () -> listOfUser("")),
        new Named("list of a user and a client", () -> listOfUser(CLIENT + " AND ")),
        new Named("longest list by create time", this::listByCreateTime),
        new Named("list over all agents", this::listOfAllAgents),
        new Named("count of a client", this::count),
        new Named("search for two words", this::search),
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

  private void list(String filter, String token) {
    requireFull(page(listRequest(longest).toBuilder().setFilter(filter).setPageToken(token)));
  }

  private void listByCreateTime() {
    requireFull(page(listRequest(longest).toBuilder().setOrderBy("create_time desc")));
  }

  private void listOfAllAgents() {
    requireFull(page(listRequest(longest).toBuilder().setAgentId("-")));
  }

  /** A user has few sessions, and they belong to several agents. */
  private void listOfUser(String condition) {
    Session session = anySession();
    String filter = condition + "user = \"" + session.profile().user() + "\"";
    var unused = page(listRequest(session).toBuilder().setFilter(filter));
  }

  private int page(ListSessionsRequest.Builder request) {
    return stub.listSessions(request.build()).getSessionsCount();
  }

  private void count() {
    var unused =
        stub.countSessions(
            CountSessionsRequest.newBuilder()
                .setAgentId(longest.agentId().toString())
                .setFilter(CLIENT)
                .build());
  }

  private void search() {
    String query = Vocabulary.word(random) + " " + Vocabulary.word(random);
    var unused = search.searchMessages(searchRequest(query));
  }

  private SearchMessagesRequest searchRequest(String query) {
    return SearchMessagesRequest.newBuilder()
        .setAgentId(longest.agentId().toString())
        .setQuery(query)
        .build();
  }

  /** Waits until all messages that are stored now can be found. */
  void awaitIndex() {
    Instant begin = Instant.now();
    for (int polls = 0; polls < INDEX_POLLS_MAX; polls++) {
      Timestamp through = search.searchMessages(searchRequest("invoice")).getIndexedThrough();
      if (Timestamps.toMillis(through) >= begin.toEpochMilli()) {
        return;
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
    throw new IllegalStateException("The index is not complete after an hour.");
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

  /** A page token in the second half. The last page is left out, because it may not be full. */
  private String deep(List<String> tokens) {
    int places = tokens.size() - 1;
    if (places < 1) {
      throw new IllegalStateException("There are too few of them for a deep page.");
    }
    int half = places / 2;
    return tokens.get(half + random.nextInt(places - half));
  }

  /** The page tokens of a list. */
  private List<String> walkList(ListSessionsRequest request) {
    List<String> tokens = new ArrayList<>();
    String token = "";
    for (int pages = conversations.sessionCount() / PAGE; pages >= 0; pages--) {
      token = stub.listSessions(request.toBuilder().setPageToken(token).build()).getNextPageToken();
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
