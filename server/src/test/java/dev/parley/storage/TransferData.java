package dev.parley.storage;

import static dev.parley.testing.Sessions.json;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.transfer.StoredRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Messages and runs for {@link TransferCases}. */
final class TransferData {
  private static final Instant TIME = Instant.parse("2026-04-05T06:07:08.123456Z");

  private TransferData() {}

  /** Creates equal messages for equal counts. */
  static List<Message> messages(int count) {
    List<Message> messages = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Content content =
          i == 2 ? Content.blocks(json("[{\"n\": 1.50}]")) : Content.text("text \0 " + i);
      Message.Draft draft =
          new Message.Draft(
              "m-" + i,
              Role.values()[i % 4],
              content,
              i == 2 ? "run-1" : null,
              i == 3 ? json("{\"x\" : 1}") : Json.EMPTY_OBJECT,
              i == 2 ? Instant.EPOCH.minusNanos(1_000) : null);
      messages.add(new Message(i, draft, TIME.plusMillis(i)));
    }
    return messages;
  }

  /** Creates a failed run with retrieved context, and a pending run. */
  static List<StoredRun> runs(Session session) {
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    List<Json> context = List.of(json("{\"text\":\"one\"}"), json("{\"text\": 2}"));
    long bytes = context.stream().mapToLong(item -> item.utf8().length).sum();
    Run.Report report =
        new Run.Report("a model", json("{}"), json("{\"tokens\":3}"), "an error \0", json("{ }"));
    Run failed =
        new Run(
            agentId,
            sessionId,
            "run-1",
            1,
            Run.State.FAILED,
            report,
            bytes,
            TIME,
            TIME.plusSeconds(1),
            TIME.plusSeconds(2),
            null);
    Run pending =
        new Run(
            agentId,
            sessionId,
            "run-2",
            2,
            Run.State.PENDING,
            Run.Report.EMPTY,
            0,
            TIME,
            null,
            null,
            null);
    return List.of(new StoredRun(failed, context), new StoredRun(pending, List.of()));
  }
}
