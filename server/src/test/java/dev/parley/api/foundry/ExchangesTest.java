package dev.parley.api.foundry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.read.Turn;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.proto.foundry.v2.SessionExchange;
import dev.parley.testing.Sessions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangesTest {
  private static final UUID SESSION = UUID.randomUUID();

  /**
   * A turn is a role, optionally a run, and a text: "uA:a?" is a message of the user in run A. Run
   * X has failed. An exchange is a question, an answer and tokens.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u:a? a:a!|a?/a!/0",
        "u:a? u:b? a:a! a:b!|a?+b?/a!+b!/0",
        "a:hello u:a? a:a!|/hello/0 a?/a!/0",
        "u:a? a:a! u:unanswered|a?/a!/0",
        "u:a? aA:a! u:b? aB:b!|a?/a!/1 b?/b!/2",
        "uA:a? aA:a! uB:b? aB:b!|a?/a!/1 b?/b!/2",
        "uA:a? uB:b? aB:b! aA:a!|a?/a!/1 b?/b!/2",
        "uX:failed uB:b? aB:b!|b?/b!/2",
        "uX:failed u:b? a:b!|b?/b!/0",
        "uA:a? aA:a! a:more|a?/a!+more/1",
        "uA:a? u:aside aA:a!|a?+aside/a!/1",
        "u:a? aA:a! aB:b!|a?/a!+b!/1",
        "u:a? aX:part aB:b!|a?/part+b!/24",
        "u:a? aA:a! u:b? aA:late aB:b!|a?/a!+late/1 b?/b!/2",
        "u:a? aA:a! u:b? aA:late a:b!|a?/a!+late/1 b?/b!/0",
        "u:a? u:b? aA:a! aB:b!|a?+b?/a!+b!/1",
        "uA:a? aB:a!|a?/a!/2",
      })
  void of_turns_asExchanges(String turns, String exchanges) {
    List<Turn> made = new ArrayList<>();
    for (String turn : turns.split(" ")) {
      made.add(turn(made.size() + 1, turn));
    }

    assertThat(Exchanges.of(SESSION, made).getExchangesList().stream().map(ExchangesTest::text))
        .containsExactly(exchanges.split(" "));
  }

  private static String text(SessionExchange exchange) {
    return "%s/%s/%d"
        .formatted(
            exchange.getUserInput().getText().replace("\n\n", "+"),
            exchange.getResult().getAgentMarkdownResponse().replace("\n\n", "+"),
            exchange.getResult().getTotalTokensUsed());
  }

  private static Turn turn(long sequence, String turn) {
    String head = turn.substring(0, turn.indexOf(':'));
    String runId = head.length() == 1 ? null : head.substring(1);
    Message.Draft draft =
        new Message.Draft(
            "m" + sequence,
            head.startsWith("u") ? Role.USER : Role.ASSISTANT,
            Content.text(turn.substring(head.length() + 1)),
            runId,
            Json.EMPTY_OBJECT);
    return new Turn(
        new Message(sequence, draft, Instant.EPOCH), runId == null ? null : run(runId), List.of());
  }

  private static Run run(String runId) {
    int tokens = runId.charAt(0) - 'A' + 1;
    Run.Report report =
        new Run.Report(
            null,
            null,
            Sessions.json("{\"total_tokens\":" + tokens + "}"),
            null,
            Json.EMPTY_OBJECT);
    Run.State state = runId.equals("X") ? Run.State.FAILED : Run.State.COMPLETED;
    return Run.create(UUID.randomUUID(), SESSION, runId, state, report, Instant.EPOCH);
  }
}
