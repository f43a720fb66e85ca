package dev.parley.storage.postgres.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppendQueuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 2, 4, '0 2'",
    "1, 2, 4, '1 3'",
    "0, 3, 4, '0 3'",
    "1, 3, 4, '1'",
    "2, 3, 4, '2'",
    "0, 1, 4, '0 1 2 3'",
    "3, 4, 4, '3'"
  })
  void queueOf_enoughQueues_eachNodeHasItsOwn(int node, int nodes, int queues, String expected) {
    Set<String> used = new TreeSet<>();
    for (int hash = -20; hash < 20; hash++) {
      used.add(Integer.toString(AppendQueues.queueOf(hash, node, nodes, queues)));
    }

    assertThat(String.join(" ", used)).isEqualTo(expected);
  }

  @Test
  void queueOf_moreNodesThanQueues_nodesShareQueues() {
    for (int node = 0; node < 5; node++) {
      for (int hash = -20; hash < 20; hash++) {
        assertThat(AppendQueues.queueOf(hash, node, 5, 2)).isEqualTo(node % 2);
      }
    }
  }
}
