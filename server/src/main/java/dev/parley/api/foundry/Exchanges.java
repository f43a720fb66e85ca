package dev.parley.api.foundry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.ContentText;
import dev.parley.api.json.FieldRules;
import dev.parley.api.json.JsonMarshaller;
import dev.parley.core.Transcripts.Turn;
import dev.parley.model.Json;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.proto.foundry.v2.Content;
import dev.parley.proto.foundry.v2.ParameterUpdates;
import dev.parley.proto.foundry.v2.RunUsage;
import dev.parley.proto.foundry.v2.SessionExchange;
import dev.parley.proto.foundry.v2.SessionExchangeResult;
import dev.parley.proto.foundry.v2.UserTextInput;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Makes exchanges of turns: what the user says until the agent answers, and that answer. */
final class Exchanges {
  private final UUID sessionId;
  private final Content.Builder content = Content.newBuilder();
  private final List<Turn> asked = new ArrayList<>();
  private final List<Turn> answered = new ArrayList<>();

  private Exchanges(UUID sessionId) {
    this.sessionId = sessionId;
  }

  static Content of(UUID sessionId, List<Turn> turns) {
    Exchanges exchanges = new Exchanges(sessionId);
    for (Turn turn : turns) {
      exchanges.add(turn);
    }
    exchanges.end();
    return exchanges.content.build();
  }

  private void add(Turn turn) {
    if (turn.message().draft().role() == Role.ASSISTANT) {
      answered.add(turn);
      return;
    }
    if (!answered.isEmpty()) {
      end();
    }
    asked.add(turn);
  }

  /** What was asked last and not answered stays out. */
  private void end() {
    if (!answered.isEmpty()) {
      content.addExchanges(
          SessionExchange.newBuilder()
              .setUserInput(UserTextInput.newBuilder().setText(text(asked)))
              .setResult(result(answered.get(answered.size() - 1))));
    }
    asked.clear();
    answered.clear();
  }

  private SessionExchangeResult result(Turn last) {
    Run run = last.run();
    SessionExchangeResult.Builder result =
        SessionExchangeResult.newBuilder()
            .setAgentMarkdownResponse(text(answered))
            .setParameterUpdates(ParameterUpdates.getDefaultInstance())
            .setSessionTraceId(traceId(last))
            .setInterruptedOutput(run != null && run.state() == Run.State.CANCELLED);
    if (run != null && run.report().usage() != null) {
      RunUsage usage = usage(run.report().usage());
      if (usage.hasTotalTokens() && usage.getTotalTokens() >= 0) {
        result.setTotalTokensUsed(usage.getTotalTokens());
      }
    }
    return result.build();
  }

  /** What is there under names and with types of its own is passed over. */
  private static RunUsage usage(Json usage) {
    return (RunUsage) JsonMarshaller.parse(usage.utf8(), RunUsage.getDefaultInstance()).message();
  }

  private String traceId(Turn turn) {
    String runId = turn.message().draft().runId();
    if (runId != null && FieldRules.isUuid(runId)) {
      return runId;
    }
    String name = sessionId + "/" + turn.message().draft().messageId();
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }

  private static String text(List<Turn> turns) {
    return turns.stream()
        .map(turn -> ContentText.of(turn.message().draft().content()))
        .collect(Collectors.joining("\n\n"));
  }
}
