package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
  private static Page<String> page(int size, int bytesEach, String... rows) {
    return Page.of(
        List.of(rows), new PageRequest(size, null), row -> bytesEach, row -> "after " + row);
  }

  @Test
  void request_readsOneRowMoreThanFits() {
    assertThat(new PageRequest(7, null).readLimit()).isEqualTo(8);
  }

  @Test
  void of_fewerRowsThanFit_isTheLastPage() {
    assertThat(page(3, 1, "a", "b")).isEqualTo(new Page<>(List.of("a", "b"), null));
    assertThat(page(2, 1, "a", "b")).isEqualTo(new Page<>(List.of("a", "b"), null));
    assertThat(page(2, 1)).isEqualTo(new Page<>(List.of(), null));
  }

  @Test
  void of_oneRowMore_hasATokenAfterTheLastThatFits() {
    assertThat(page(2, 1, "a", "b", "c")).isEqualTo(new Page<>(List.of("a", "b"), "after b"));
  }

  @Test
  void of_rowsUpToTheByteBound_fit() {
    int half = (int) (Page.BYTES_MAX / 2);

    assertThat(page(3, half, "a", "b")).isEqualTo(new Page<>(List.of("a", "b"), null));
    assertThat(page(3, half, "a", "b", "c")).isEqualTo(new Page<>(List.of("a", "b"), "after b"));
    assertThat(page(3, half + 1, "a", "b")).isEqualTo(new Page<>(List.of("a"), "after a"));
  }

  @Test
  void of_firstRow_fitsWhateverItsSize() {
    assertThat(page(3, Integer.MAX_VALUE, "a")).isEqualTo(new Page<>(List.of("a"), null));
    assertThat(page(3, Integer.MAX_VALUE, "a", "b")).isEqualTo(new Page<>(List.of("a"), "after a"));
  }

  @Test
  void of_manyLargeRows_doesNotOverflow() {
    List<String> rows = Collections.nCopies(4, "row");

    Page<String> page =
        Page.of(rows, new PageRequest(4, null), row -> Integer.MAX_VALUE, row -> "next");

    assertThat(page.items()).hasSize(1);
  }
}
