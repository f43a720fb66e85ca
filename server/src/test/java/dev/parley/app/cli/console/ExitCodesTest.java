package dev.parley.app.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The exit statuses in DATA.md are the same as in the help of each command. */
class ExitCodesTest {
  private static final Path PAGE = Path.of("docs/DATA.md");

  @Test
  void table_isWhatTheCommandsSay() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `parley ")).toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            leaves(new CommandLine(new Main())).map(ExitCodesTest::row).toList());
  }

  private static Stream<CommandLine> leaves(CommandLine command) {
    return command.getSubcommands().isEmpty()
        ? Stream.of(command)
        : command.getSubcommands().values().stream().flatMap(ExitCodesTest::leaves);
  }

  private static String row(CommandLine command) {
    Map<String, String> codes = command.getCommandSpec().usageMessage().exitCodeList();
    assertThat(codes).as(command.getCommandName()).containsKeys("0", "2");
    return "| `%s` | %s | %s | %s |"
        .formatted(
            command.getCommandSpec().qualifiedName(),
            codes.get("0"),
            codes.getOrDefault("1", "-"),
            codes.get("2"));
  }
}
