package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListRunsResponse;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.testing.Sessions;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/**
 * A page takes at most 3.5 MiB as protobuf, whatever callers put into its items: gRPC clients take
 * 4 MiB by default.
 */
class PageBytesTest {
  private static final int WIRE_BYTES_MAX = 7 << 19;
  private static final int ITEMS_MAX = 1_000;
  private static final String LONGEST = "\uD83D\uDE00".repeat(255);
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00.999999Z");
  private static final Timestamp TIME =
      Timestamp.newBuilder().setSeconds(NOW.getEpochSecond()).setNanos(999_999_000).build();

  private static <T> int pageSize(T item, ToIntFunction<T> bytes) {
    PageRequest request = new PageRequest(ITEMS_MAX, null);
    List<T> rows = Collections.nCopies(ITEMS_MAX + 1, item);
    return Page.of(rows, request, bytes, last -> "token").items().size();
  }

  private static dev.parley.proto.v1.Json wire(Json json) {
    return dev.parley.proto.v1.Json.newBuilder().setValue(json.toString()).build();
  }

  @Test
  void messages_longestIds_fit() {
    for (int length : new int[] {1, 1_000, 2_000, 1 << 20}) {
      String text = "x".repeat(length);
      Message message =
          new Message(
              Long.MAX_VALUE,
              new Message.Draft(
                  LONGEST,
                  Role.TOOL,
                  dev.parley.model.Content.text(text),
                  LONGEST,
                  Json.EMPTY_OBJECT),
              NOW);
      ChatMessage wire =
          ChatMessage.newBuilder()
              .setSequence(message.sequence())
              .setMessageId(LONGEST)
              .setRole(ChatMessage.Role.TOOL)
              .setContent(dev.parley.proto.v1.Content.newBuilder().setText(text))
              .setRunId(LONGEST)
              .setCreateTime(TIME)
              .setMetadata(wire(Json.EMPTY_OBJECT))
              .build();
      int count = pageSize(message, Message::bytes);

      ListMessagesResponse page =
          ListMessagesResponse.newBuilder()
              .addAllMessages(Collections.nCopies(count, wire))
              .build();

      assertThat(page.getSerializedSize()).isLessThanOrEqualTo(WIRE_BYTES_MAX);
    }
  }

  @Test
  void sessions_longestTexts_fit() {
    for (String text : List.of("x", "\u00e9".repeat(64), "\uD83D\uDE00".repeat(64))) {
      String longer = text.length() == 1 ? text : LONGEST;
      Session.Profile profile =
          new Session.Profile(
              longer,
              longer,
              longer,
              text,
              text,
              text,
              Json.EMPTY_OBJECT,
              Json.EMPTY_OBJECT,
              Session.Profile.NO_LABELS,
              Expiry.NEVER);
      Session session = Session.create(UUID.randomUUID(), UUID.randomUUID(), longer, profile, NOW);
      String id = session.sessionId().toString();
      dev.parley.proto.v1.Session wire =
          dev.parley.proto.v1.Session.newBuilder()
              .setAgentId(id)
              .setSessionId(id)
              .setKey(longer)
              .setLabel(longer)
              .setUser(longer)
              .setClient(longer)
              .setAgentVersion(text)
              .setChatType(text)
              .setLastChannel(text)
              .setOrigin(wire(Json.EMPTY_OBJECT))
              .setMetadata(wire(Json.EMPTY_OBJECT))
              .setCreateTime(TIME)
              .setUpdateTime(TIME)
              .setMessageCount(Long.MAX_VALUE)
              .setHeadSequence(Long.MAX_VALUE)
              .setArchiveTime(TIME)
              .setArchiveFilename(id + ".jsonl.archived.2026-03-01T00-00-00.999999Z")
              .setExpireTime(TIME)
              .setTtl(Duration.newBuilder().setSeconds(Integer.MAX_VALUE).setNanos(999_999_000))
              .setEffectiveExpireTime(TIME)
              .setEtag("\"7fffffffffffffff\"")
              .build();
      int count = pageSize(session, Session::bytes);

      ListSessionsResponse page =
          ListSessionsResponse.newBuilder()
              .addAllSessions(Collections.nCopies(count, wire))
              .build();

      assertThat(page.getSerializedSize()).isLessThanOrEqualTo(WIRE_BYTES_MAX);
    }
  }

  @Test
  void runs_longestTexts_fit() {
    for (int length : new int[] {1, 4_096}) {
      String error = "\uD83D\uDE00".repeat(length);
      Json details = Sessions.json("{\"a\":\"" + "x".repeat(length) + "\"}");
      Run run =
          Run.create(
                  UUID.randomUUID(),
                  UUID.randomUUID(),
                  LONGEST,
                  Run.State.FAILED,
                  new Run.Report(LONGEST, details, details, error, details),
                  NOW)
              .withNumber(Long.MAX_VALUE);
      String id = run.sessionId().toString();
      dev.parley.proto.v1.Run wire =
          dev.parley.proto.v1.Run.newBuilder()
              .setRunId(LONGEST)
              .setAgentId(id)
              .setSessionId(id)
              .setNumber(run.number())
              .setState(dev.parley.proto.v1.Run.State.FAILED)
              .setModel(LONGEST)
              .setReasoning(wire(details))
              .setUsage(wire(details))
              .setError(error)
              .setDetails(wire(details))
              .setCreateTime(TIME)
              .setStartTime(TIME)
              .setEndTime(TIME)
              .build();
      int count = pageSize(run, Run::bytes);

      ListRunsResponse page =
          ListRunsResponse.newBuilder().addAllRuns(Collections.nCopies(count, wire)).build();

      assertThat(page.getSerializedSize()).isLessThanOrEqualTo(WIRE_BYTES_MAX);
    }
  }
}
