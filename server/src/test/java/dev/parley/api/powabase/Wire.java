package dev.parley.api.powabase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.JsonCodec;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.testing.Sessions;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One session, its messages and its runs for the tests of mappers, and their JSON. */
final class Wire {
  static final Session SESSION =
      Sessions.of(
          UUID.fromString("b7f5b9d4-2f7e-4b86-8a3c-0d9a61f2c733"),
          UUID.fromString("3f0c2d6e-8b1a-4d52-9a57-1c3f5e7a9b10"),
          "api:1",
          Instant.parse("2026-08-13T17:30:00.12Z"));

  private Wire() {}

  /** The message in JSON, as in a REST response. */
  static String json(com.google.protobuf.Message message) {
    return new String(JsonCodec.write(message), UTF_8);
  }

  static Message message(long sequence, Role role, Content content, @Nullable String runId) {
    return new Message(
        sequence,
        new Message.Draft("m" + sequence, role, content, runId, Json.EMPTY_OBJECT),
        Instant.parse("2026-08-13T17:32:22Z"));
  }

  /** A completed run. */
  static Run run(@Nullable String reasoning, String details) {
    return Run.create(
        SESSION.agentId(),
        SESSION.sessionId(),
        "run_1",
        Run.State.COMPLETED,
        new Run.Report(
            null,
            reasoning == null ? null : Sessions.json(reasoning),
            null,
            null,
            Sessions.json(details)),
        Instant.parse("2026-08-13T17:32:20.004211Z"));
  }
}
