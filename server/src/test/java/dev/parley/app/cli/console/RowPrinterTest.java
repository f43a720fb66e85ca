package dev.parley.app.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class RowPrinterTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private RowPrinter printer(boolean terminal) {
    return new RowPrinter(new PrintStream(out, true, UTF_8), terminal, "ID", "NAME");
  }

  @Test
  void pipe_getsTabSeparatedLinesWithoutHeadings() {
    RowPrinter printer = printer(false);
    printer.add("1", "ada");
    printer.flush();
    printer.add("22", "bob");
    printer.flush();

    assertThat(out.toString(UTF_8)).isEqualTo("1\tada\n22\tbob\n");
  }

  @Test
  void terminal_getsAlignedRowsWithHeadings() {
    RowPrinter printer = printer(true);
    printer.add("1", "ada");
    printer.add("4444", "bob");
    printer.flush();

    assertThat(out.toString(UTF_8).lines().map(String::stripTrailing))
        .containsExactly("ID    NAME", "1     ada", "4444  bob");
  }

  @Test
  void controlCharacters_areEscaped() {
    RowPrinter printer = printer(false);
    printer.add("a\nb\tc", "\u001b[31mred\u0007");
    printer.flush();

    assertThat(out.toString(UTF_8)).isEqualTo("a\\nb\\tc\t\\u001b[31mred\\u0007\n");
  }
}
