package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Records what a server has acknowledged, and checks that the server still has it. */
public final class AcknowledgedWrites {
  private static final int PAGE = 1_000;

  private final Map<String, Map<String, ChatMessage>> messagesByKey = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Records an answer. */
  void acknowledged(String key, ChatMessage message) {
    ChatMessage before =
        messagesByKey
            .computeIfAbsent(key, made -> new ConcurrentHashMap<>())
            .put(message.getMessageId(), message);
    assertThat(before).as("Each message is acknowledged once.").isNull();
    count.incrementAndGet();
  }

  /** The number of acknowledged messages. */
  public int count() {
    return count.get();
  }

  /**
   * Reads all sessions of the agent and compares them with the acknowledged messages: no message is
   * lost, changed, moved or duplicated, sequences have no gap, and lists and counts agree. A
   * message that was sent and not acknowledged may be stored or not.
   */
  public void verify(Channel channel, UUID agentId) {
    SessionServiceBlockingStub calls = SessionServiceGrpc.newBlockingStub(channel);
    Map<String, Session> sessions = sessions(calls, agentId);
    assertThat(sessions.keySet()).containsAll(messagesByKey.keySet());
    for (Session session : sessions.values()) {
      List<ChatMessage> stored = messages(calls, session);
      Map<String, ChatMessage> byId = new HashMap<>();
      for (int i = 0; i < stored.size(); i++) {
        assertThat(stored.get(i).getSequence()).as("no gap").isEqualTo(i + 1);
        assertThat(byId.put(stored.get(i).getMessageId(), stored.get(i))).as("double").isNull();
      }
      assertThat(session.getMessageCount()).isEqualTo(stored.size());
      assertThat(session.getHeadSequence()).isEqualTo(stored.size());
      assertThat(byId).containsAllEntriesOf(messagesByKey.getOrDefault(session.getKey(), Map.of()));
    }
  }

  private static Map<String, Session> sessions(SessionServiceBlockingStub calls, UUID agentId) {
    Map<String, Session> sessions = new HashMap<>();
    ListSessionsRequest.Builder request =
        ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).setPageSize(PAGE);
    ListSessionsResponse page;
    do {
      page = calls.listSessions(request.build());
      for (Session session : page.getSessionsList()) {
        assertThat(sessions.put(session.getKey(), session)).as("one session per key").isNull();
        GetSessionRequest byKey =
            GetSessionRequest.newBuilder()
                .setAgentId(agentId.toString())
                .setKey(session.getKey())
                .build();
        assertThat(calls.getSession(byKey)).isEqualTo(session);
      }
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    return sessions;
  }

  /** All messages of a session, oldest first. */
  public static List<ChatMessage> messages(SessionServiceBlockingStub calls, Session session) {
    List<ChatMessage> messages = new ArrayList<>();
    ListMessagesRequest.Builder request =
        ListMessagesRequest.newBuilder()
            .setAgentId(session.getAgentId())
            .setSessionId(session.getSessionId())
            .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
            .setPageSize(PAGE);
    ListMessagesResponse page;
    do {
      page = calls.listMessages(request.build());
      messages.addAll(page.getMessagesList());
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    return messages;
  }
}
