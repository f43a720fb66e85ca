package dev.parley.app.cli.transcript.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordTreeTest {
  private static RecordTree tree(String messages, int... parents) {
    BitSet set = new BitSet();
    for (int i = 0; i < parents.length; i++) {
      set.set(i, messages.charAt(i) == 'm');
    }
    return new RecordTree(parents, set);
  }

  private static List<List<Integer>> paths(RecordTree tree, int current) {
    return tree.branches(current).stream().map(RecordTree.Branch::records).toList();
  }

  @Test
  void branches_currentFirst_othersWithTheirPath() {
    RecordTree tree = tree("mmmm", -1, 0, 1, 0);

    assertThat(paths(tree, 3)).containsExactly(List.of(0, 3), List.of(0, 1, 2));
    assertThat(paths(tree, 1)).containsExactly(List.of(0, 1, 2), List.of(0, 3));
    assertThat(tree.branches(3)).extracting(RecordTree.Branch::fork).containsExactly(0, 1);
  }

  @Test
  void branchWithoutMessageOfItsOwn_none() {
    assertThat(paths(tree("mm.", -1, 0, 0), 1)).containsExactly(List.of(0, 1));
    assertThat(paths(tree("..", -1, 0), 1)).isEmpty();
    assertThat(paths(tree(""), 0)).isEmpty();
  }

  @Test
  void owners_nextMessageElsePreviousElseNone() {
    assertThat(tree(".m..", -1, 0, 1, 2).owners()).containsExactly(1, 1, 1, 1);
    assertThat(tree("..", -1, 0).owners()).containsExactly(-1, -1);
  }

  /** A damaged export can have records that are their own ancestors. */
  @Test
  void cycle_ends() {
    RecordTree tree = tree("mmm", 1, 0, 2);

    assertThat(tree.owners()).containsExactly(0, 1, 2);
    assertThat(paths(tree, 2)).containsExactly(List.of(2), List.of(1, 0));
  }
}
