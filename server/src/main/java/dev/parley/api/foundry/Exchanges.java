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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes exchanges of turns. What belongs to one run is one exchange; of what belongs to none, what
 * the user says until the agent answers, and that answer.
 */
final class Exchanges {
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Map<String, Exchange> ofRuns = new HashMap<>();
  private @Nullable Exchange latest;

  private Exchanges() {}

  static Content of(UUID sessionId, List<Turn> turns) {
    Exchanges made = new Exchanges();
    turns.forEach(made::add);
    Content.Builder content = Content.newBuilder();
    made.exchanges.stream()
        // What was asked and not answered stays out.
        .filter(Exchange::isAnswered)
        .forEach(exchange -> content.addExchanges(exchange.toWire(sessionId)));
    return content.build();
  }

  private void add(Turn turn) {
    String runId = turn.message().draft().runId();
    Exchange exchange = exchange(turn, runId);
    if (runId != null) {
      ofRuns.put(runId, exchange);
    }
    exchange.add(turn);
    latest = exchange;
  }

  private Exchange exchange(Turn turn, @Nullable String runId) {
    Exchange sameRun = ofRuns.get(runId);
    if (sameRun != null) {
      return sameRun;
    }
    boolean answers = isAnswer(turn);
    if (latest != null && latest.takes(answers, runId)) {
      return latest;
    }
    Exchange next = new Exchange();
    exchanges.add(next);
    return next;
  }

  private static boolean isAnswer(Turn turn) {
    return turn.message().draft().role() == Role.ASSISTANT;
  }

  /** One exchange while it is put together. */
  private static final class Exchange {
    private final List<Turn> asked = new ArrayList<>();
    private final List<Turn> answered = new ArrayList<>();
    private boolean hasRun;

    void add(Turn turn) {
      (isAnswer(turn) ? answered : asked).add(turn);
      hasRun |= turn.message().draft().runId() != null;
    }

    boolean isAnswered() {
      return !answered.isEmpty();
    }

    /** Whether a turn that comes next and is the first of its run, or of none, belongs here. */
    boolean takes(boolean answer, @Nullable String runId) {
      if (runId != null) {
        // The question did not say whose run it is for, the answer does.
        return answer && !hasRun && !isAnswered();
      }
      return answer || (!hasRun && !isAnswered());
    }

    SessionExchange toWire(UUID sessionId) {
      return SessionExchange.newBuilder()
          .setUserInput(UserTextInput.newBuilder().setText(text(asked)))
          .setResult(result(sessionId, ofRun()))
          .build();
    }

    /** An answer that belongs to the run, if any does. */
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

  /** What is there under names and with types of its own is passed over. */
  private static RunUsage usage(Json usage) {
    return (RunUsage) JsonMarshaller.parse(usage.utf8(), RunUsage.getDefaultInstance()).message();
  }

  private static String traceId(UUID sessionId, Turn turn) {
    String runId = turn.message().draft().runId();
    if (runId != null && FieldRules.isUuid(runId)) {
      return runId;
    }
    String name = sessionId + "/" + turn.message().draft().messageId();
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }
}
