package dev.parley.app.cli;

import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.MessageText;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.config.ConfigException;
import dev.parley.proto.v1.SearchMessagesRequest;
import dev.parley.proto.v1.SearchMessagesResponse;
import dev.parley.proto.v1.SearchResult;
import dev.parley.proto.v1.SearchServiceGrpc;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley messages search}. */
@Command(
    name = "search",
    description =
        "Searches the text of messages, the best results first: session, sequence, time, role, and"
            + " the part of the text that matches. A query has words, \"phrases\", prefixes such as"
            + " config*, and words to exclude such as -test. Put -- before a query that begins with"
            + " a minus.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
    mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {
  private static final int PAGE = 100;
  private static final String ALL_AGENTS = "-";

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "QUERY", arity = "1..*", description = "The words to search for.")
  private List<String> query = List.of();

  @Option(
      names = "--agent",
      paramLabel = "ID",
      description = "Searches only messages of this agent. Default: all agents of the key.")
  private @Nullable String agent;

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description =
          "Searches only messages that match the filter, for example: user = ana AND role = USER.")
  private @Nullable String filter;

  @Option(names = "--newest-first", description = "Lists the newest messages first.")
  private boolean newestFirst;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Maximum number of results. 0: no limit. Default: ${DEFAULT-VALUE}.")
  private long limit;

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    SearchMessagesRequest.Builder request = request();
    RowPrinter rows = RowPrinter.toStandardOutput("SESSION", "SEQUENCE", "TIME", "ROLE", "TEXT");
    return client.run(
        channel -> {
          SearchServiceGrpc.SearchServiceBlockingStub stub =
              SearchServiceGrpc.newBlockingStub(channel);
          long left = limit == 0 ? Long.MAX_VALUE : limit;
          SearchMessagesResponse page;
          do {
            page = stub.searchMessages(request.setPageSize((int) Math.min(left, PAGE)).build());
            page.getResultsList().forEach(result -> print(result, rows));
            if (!json) {
              rows.flush();
            }
            left -= page.getResultsCount();
            request.setPageToken(page.getNextPageToken());
          } while (page.hasNextPageToken() && left > 0);
          return 0;
        });
  }

  private SearchMessagesRequest.Builder request() {
    if (limit < 0) {
      throw new ConfigException("--limit cannot be %d: it must be 0 or more.".formatted(limit));
    }
    SearchMessagesRequest.Builder request =
        SearchMessagesRequest.newBuilder()
            .setAgentId(agent == null ? ALL_AGENTS : agent)
            .setQuery(String.join(" ", query))
            .setIncludeContent(json);
    if (newestFirst) {
      request.setOrder(SearchMessagesRequest.Order.NEWEST_FIRST);
    }
    if (filter != null) {
      request.setFilter(filter);
    }
    return request;
  }

  private void print(SearchResult result, RowPrinter rows) {
    if (json) {
      System.out.println(new String(JsonCodec.write(result), StandardCharsets.UTF_8));
      return;
    }
    rows.add(
        result.getSession().getSessionId(),
        Long.toString(result.getMessage().getSequence()),
        MessageText.time(result.getMessage()),
        result.getMessage().getRole().name(),
        result.getSnippet().getText());
  }
}
