package dev.parley.api.foundry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.ContentText;
import dev.parley.api.json.JsonCodec;
import dev.parley.api.json.RequestValidator;
import dev.parley.core.read.Turn;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts turns to exchanges. The turns of one run are one exchange. A turn without a run is added
 * to the question that waits for an answer; an answer is otherwise added to the previous exchange.
 * Questions without an answer are omitted.
 */
final class Exchanges {
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Map<String, Exchange> ofRuns = new HashMap<>();
  private @Nullable Exchange asked;
  private @Nullable Exchange latest;

  private Exchanges() {}

  static Content of(UUID sessionId, List<Turn> turns) {
    Exchanges exchanges = new Exchanges();
    turns.forEach(exchanges::add);
    Content.Builder content = Content.newBuilder();
    exchanges.exchanges.stream()
        .filter(Exchange::isAnswered)
        .forEach(exchange -> content.addExchanges(exchange.toWire(sessionId)));
    return content.build();
  }

  private void add(Turn turn) {
    String runId = turn.message().draft().runId();
    Exchange sameRun = ofRuns.get(runId);
    Exchange exchange = sameRun != null ? sameRun : exchange(isAnswer(turn), runId != null);
    if (runId != null) {
      ofRuns.put(runId, exchange);
    }
    exchange.add(turn);
    latest = exchange;
  }

  /** Returns the exchange of a turn that has no run or is the first of its run. */
  private Exchange exchange(boolean answers, boolean ofRun) {
    if (asked != null && asked.isOpen() && (answers || !ofRun || !asked.hasRun)) {
      return asked;
    }
    if (answers && latest != null) {
      return latest;
    }
    asked = new Exchange();
    exchanges.add(asked);
    return asked;
  }

  private static boolean isAnswer(Turn turn) {
    return turn.message().draft().role() == Role.ASSISTANT;
  }

  /** An exchange under construction. */
  private static final class Exchange {
    private final List<Turn> asked = new ArrayList<>();
    private final List<Turn> answered = new ArrayList<>();
    private boolean hasRun;
    private boolean hasFailed;

    void add(Turn turn) {
      (isAnswer(turn) ? answered : asked).add(turn);
      hasRun |= turn.message().draft().runId() != null;
      hasFailed |= turn.run() != null && turn.run().state() != Run.State.COMPLETED;
    }

    boolean isAnswered() {
      return !answered.isEmpty();
    }

    /** Whether an answer can still follow. No answer follows a failed run. */
    boolean isOpen() {
      return !isAnswered() && !hasFailed;
    }

    SessionExchange toWire(UUID sessionId) {
      return SessionExchange.newBuilder()
          .setUserInput(UserTextInput.newBuilder().setText(text(asked)))
          .setResult(result(sessionId, ofRun()))
          .build();
    }

    /** The answer of the run, if any. */
    private Turn ofRun() {
      return answered.stream()
          .filter(turn -> turn.message().draft().runId() != null)
          .findFirst()
          .orElse(answered.get(0));
    }

    private SessionExchangeResult result(UUID sessionId, Turn answer) {
      Run run = answer.run();
      SessionExchangeResult.Builder result =
          SessionExchangeResult.newBuilder()
              .setAgentMarkdownResponse(text(answered))
              .setParameterUpdates(ParameterUpdates.getDefaultInstance())
              .setSessionTraceId(traceId(sessionId, answer))
              .setInterruptedOutput(run != null && run.state() == Run.State.CANCELLED);
      if (run != null && run.report().usage() != null) {
        RunUsage usage = usage(run.report().usage());
        if (usage.hasTotalTokens() && usage.getTotalTokens() >= 0) {
          result.setTotalTokensUsed(usage.getTotalTokens());
        }
      }
      return result.build();
    }

    private static String text(List<Turn> turns) {
      return turns.stream()
          .map(turn -> ContentText.of(turn.message().draft().content()))
          .collect(Collectors.joining("\n\n"));
    }
  }

  /** Members with other names or types are ignored. */
  private static RunUsage usage(Json usage) {
    return JsonCodec.parseStored(usage.utf8(), RunUsage.getDefaultInstance());
  }

  private static String traceId(UUID sessionId, Turn turn) {
    String runId = turn.message().draft().runId();
    if (runId != null && RequestValidator.isUuid(runId)) {
      return runId;
    }
    String name = sessionId + "/" + turn.message().draft().messageId();
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }
}
