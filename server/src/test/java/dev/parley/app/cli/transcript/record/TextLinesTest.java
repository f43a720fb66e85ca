package dev.parley.app.cli.transcript.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextLinesTest {
  private static final int MAX = 100_000;

  private static List<TextLine> lines(byte[] bytes) throws IOException {
    List<TextLine> lines = new ArrayList<>();
    try (TextLines text = new TextLines(new ByteArrayInputStream(bytes), MAX)) {
      for (TextLine line = text.next(); line != null; line = text.next()) {
        lines.add(line);
      }
    }
    return lines;
  }

  @Test
  void lineEndsAndByteOrderMark_leftOut() throws IOException {
    List<TextLine> lines = lines("\uFEFFa\r\n\n\uFEFFb\rc\nd".getBytes(UTF_8));

    assertThat(lines).extracting(TextLine::text).containsExactly("a", "", "\uFEFFb\rc", "d");
    assertThat(lines).extracting(TextLine::ended).containsExactly(true, true, true, false);
    assertThat(lines).extracting(TextLine::number).containsExactly(1L, 2L, 3L, 4L);
    assertThat(lines(new byte[0])).isEmpty();
  }

  @Test
  void lineAtTheLimit_read_oneByteMore_cut() throws IOException {
    String most = "x".repeat(MAX);

    List<TextLine> lines = lines((most + "\n" + most + "y\nz").getBytes(UTF_8));

    assertThat(lines).extracting(TextLine::tooLong).containsExactly(false, true, false);
    assertThat(lines.get(0).text()).isEqualTo(most);
    assertThat(lines.get(1).text()).isEqualTo("x".repeat(1_024));
    assertThat(lines.get(2).text()).isEqualTo("z");
  }

  @Test
  void bytesThatAreNotUtf8_keptBesideTheText() throws IOException {
    TextLine line = lines(new byte[] {'a', (byte) 0xff, '\r', '\n'}).get(0);

    assertThat(line.text()).isEqualTo("a\uFFFD");
    assertThat(line.bytes()).containsExactly('a', 0xff);
    assertThat(lines("é".getBytes(UTF_8)).get(0).bytes()).isNull();
  }
}
