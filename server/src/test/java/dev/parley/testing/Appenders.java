package dev.parley.testing;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent clients. Each appends one message after the other until a call fails. Some have their
 * own session, some share one, and some create a session with each message.
 */
public final class Appenders {
  private static final int SHARED_SESSIONS = 6;
  private static final int LONG_TEXT_CHARACTERS = 20_000;

  private final UUID agentId;
  private final AcknowledgedWrites ledger;
  private final List<Appender> appenders = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Status> failures = new ConcurrentLinkedQueue<>();

  /** Creates clients that record acknowledged messages in {@code ledger}. */
  public Appenders(UUID agentId, int count, AcknowledgedWrites ledger) {
    this.agentId = agentId;
    this.ledger = ledger;
    for (int i = 0; i < count; i++) {
      appenders.add(new Appender(i));
    }
  }

  /** Starts the clients. They first repeat calls whose outcome is unknown. */
  public void start(Channel channel) {
    failures.clear();
    for (Appender appender : appenders) {
      Thread thread = new Thread(() -> appender.appendUntilFailure(channel), appender.name);
      thread.start();
      threads.add(thread);
    }
  }

  /** Waits until each client has failed, and returns the failures. */
  public List<Status> awaitFailures() {
    Waiting.until(
        () -> threads.stream().noneMatch(Thread::isAlive), () -> "appenders that do not end");
    threads.clear();
    return List.copyOf(failures);
  }

  private final class Appender {
    final String name;
    final int number;
    int sent;
    @Nullable AppendMessagesRequest inDoubt;

    Appender(int number) {
      this.number = number;
      name = "appender-" + number;
    }

    void appendUntilFailure(Channel channel) {
      SessionServiceGrpc.SessionServiceBlockingStub calls =
          SessionServiceGrpc.newBlockingStub(channel);
      try {
        while (true) {
          AppendMessagesRequest request = inDoubt != null ? inDoubt : next();
          inDoubt = request;
          ChatMessage stored = calls.appendMessages(request).getMessages(0);
          ledger.acknowledged(request.getKey(), stored);
          inDoubt = null;
        }
      } catch (StatusRuntimeException e) {
        failures.add(e.getStatus());
      }
    }

    private AppendMessagesRequest next() {
      sent++;
      String text = name + " says " + sent;
      ChatMessage message =
          ChatMessage.newBuilder()
              .setMessageId(name + "/" + sent)
              .setRole(sent % 2 == 0 ? ChatMessage.Role.ASSISTANT : ChatMessage.Role.USER)
              .setContent(
                  Content.newBuilder()
                      .setText(sent % 10 == 0 ? text + "x".repeat(LONG_TEXT_CHARACTERS) : text))
              .build();
      return AppendMessagesRequest.newBuilder()
          .setAgentId(agentId.toString())
          .setKey(key())
          .setCreateIfMissing(true)
          .addMessages(message)
          .build();
    }

    private String key() {
      return switch (number % 4) {
        case 0 -> "own:" + name;
        case 1 -> "new:" + name + ":" + sent;
        default -> "shared:" + number % SHARED_SESSIONS;
      };
    }
  }
}
