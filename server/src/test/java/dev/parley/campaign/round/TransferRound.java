package dev.parley.campaign.round;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The server is killed while an import and other clients write. The import is repeated on the next
 * server, and an export must then contain exactly what was imported.
 */
final class TransferRound implements Round {
  private static final String SOURCE = "source.jsonl";
  private static final String RESULT = "result.jsonl";
  private static final int SESSIONS = 40;
  private static final int MESSAGES = 50;
  private static final int WRITES_MAX = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Engine engine;

  TransferRound(Engine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return "kill during an import, then export, " + engine.title;
  }

  @Override
  public void run(RoundContext context) throws IOException {
    List<String> expected = writeSource(context.work().resolve(SOURCE));
    try (Engine.OpenStore store = engine.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      UUID agentId;
      try (ServerProcess server = ServerProcess.start(context.work(), store.flags())) {
        agentId = server.agent();
        load.start(List.of(Endpoint.of(server)));
        try (load;
            ParleyProcess importing =
                ParleyProcess.start(
                    context.work(), environment(server), importArguments(agentId))) {
          Waiting.until(() -> hasSessions(server, agentId), importing::err);
          load.awaitAcknowledged(1 + context.random().nextInt(WRITES_MAX));
          server.kill();
          importing.kill();
          importing.awaitExit();
        }
      }
      try (ServerProcess server = ServerProcess.start(context.work(), store.flags())) {
        context.readAll(load, server);
        ParleyProcess.Result again = server.run(importArguments(agentId));
        context.require(again.exitCode() == 0, "the repeated import fails: " + again.err());
        ParleyProcess.Result export = server.run("export", "--agent", agentId.toString(), RESULT);
        context.require(export.exitCode() == 0, "the export fails: " + export.err());
        List<String> exported = texts(context.work().resolve(RESULT));
        context.require(
            exported.equals(expected),
            "the export has %d of %d messages, or not in order"
                .formatted(exported.size(), expected.size()));
      }
      ServerLives.verify(context, load, store);
    }
  }

  private static boolean hasSessions(ServerProcess server, UUID agentId) {
    ListSessionsRequest request =
        ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).setPageSize(1).build();
    return SessionServiceGrpc.newBlockingStub(server.channel())
            .listSessions(request)
            .getSessionsCount()
        > 0;
  }

  private static String[] importArguments(UUID agentId) {
    return new String[] {"import", SOURCE, "--agent", agentId.toString()};
  }

  private static Map<String, String> environment(ServerProcess server) {
    return Map.of("PARLEY_SERVER", server.url(), "PARLEY_DATA", server.data().toString());
  }

  /** JSON Lines as of an export; the texts of all messages. */
  private static List<String> writeSource(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int session = 0; session < SESSIONS; session++) {
      String key = "session %02d".formatted(session);
      lines.add("{\"session\":{\"key\":\"%s\"}}".formatted(key));
      for (int i = 0; i < MESSAGES; i++) {
        String text = "%s message %02d".formatted(key, i);
        texts.add(text);
        String message = "{\"messageId\":\"%d\",\"role\":\"USER\",\"content\":\"%s\"}";
        lines.add("{\"key\":\"%s\",\"message\":%s}".formatted(key, message.formatted(i, text)));
      }
    }
    Files.write(file, lines);
    return texts;
  }

  private static List<String> texts(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode content = JSON.readTree(line).path("message").path("content");
      if (content.isTextual()) {
        texts.add(content.asText());
      }
    }
    // Within a session, the order of the export stays.
    texts.sort(Comparator.comparing(text -> text.substring(0, text.indexOf(" message"))));
    return texts;
  }
}
