package dev.parley.api.rest.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest {
  private static final String TEXT = "one\n\ntwo é\nthree";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 100})
  void lines_doNotDependOnHowTheDataIsCut(int size) {
    byte[] data = TEXT.getBytes(UTF_8);
    LineSplitter splitter = new LineSplitter();
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < data.length; from += size) {
      byte[] piece = Arrays.copyOfRange(data, from, Math.min(from + size, data.length));
      splitter.add(piece, line -> lines.add(new String(line, UTF_8)));
    }

    assertThat(lines).containsExactly("one", "", "two é");
    assertThat(splitter.pending()).isEqualTo(5);
    assertThat(new String(splitter.end(), UTF_8)).isEqualTo("three");
    assertThat(splitter.pending()).isZero();
  }
}
