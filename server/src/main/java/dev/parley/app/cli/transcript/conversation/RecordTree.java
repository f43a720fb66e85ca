package dev.parley.app.cli.transcript.conversation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Records of a file as a tree: each has at most one parent. A branch is a path from a root to a
 * record without children.
 */
public final class RecordTree {
  private final int[] parents;
  private final BitSet messages;

  /**
   * A path of the tree.
   *
   * @param records the records from the root on
   * @param fork the first message that no earlier branch has
   */
  public record Branch(List<Integer> records, int fork) {}

  /**
   * Creates a tree.
   *
   * @param parents the parent of each record; -1 for none
   * @param messages the records that are messages
   */
  public RecordTree(int[] parents, BitSet messages) {
    this.parents = parents;
    this.messages = messages;
  }

  /**
   * The branches with at least one message that no earlier branch has: first the one that contains
   * {@code current} and its first descendants, then the others, by their last records.
   */
  public List<Branch> branches(int current) {
    List<Branch> branches = new ArrayList<>();
    if (parents.length == 0) {
      return branches;
    }
    BitSet covered = new BitSet();
    List<Integer> ends = leaves(current);
    // In a cycle, which damaged files can have, no record is without children.
    IntStream.range(0, parents.length).forEach(ends::add);
    for (int end : ends) {
      if (covered.get(end)) {
        continue;
      }
      List<Integer> path = path(end);
      int fork =
          path.stream().filter(messages::get).filter(i -> !covered.get(i)).findFirst().orElse(-1);
      if (fork >= 0) {
        branches.add(new Branch(path, fork));
        path.forEach(covered::set);
      }
    }
    return branches;
  }

  /**
   * The message that shows each record: itself, or the first message among its first descendants,
   * or the nearest message before it; -1 if there is none.
   */
  public int[] owners() {
    int[] firstChild = firstChildren();
    int[] owners = new int[parents.length];
    for (int i = 0; i < owners.length; i++) {
      int owner = first(i, firstChild);
      owners[i] = owner >= 0 ? owner : first(i, parents);
    }
    return owners;
  }

  /** The first message on the way that {@code next} describes; -1 if there is none. */
  private int first(int start, int[] next) {
    int steps = 0;
    for (int i = start; i >= 0 && steps <= next.length; i = next[i], steps++) {
      if (messages.get(i)) {
        return i;
      }
    }
    return -1;
  }

  private int[] firstChildren() {
    int[] firstChild = new int[parents.length];
    Arrays.fill(firstChild, -1);
    for (int i = parents.length - 1; i >= 0; i--) {
      if (parents[i] >= 0) {
        firstChild[parents[i]] = i;
      }
    }
    return firstChild;
  }

  private List<Integer> leaves(int current) {
    int[] firstChild = firstChildren();
    int first = current;
    for (int steps = 0; firstChild[first] >= 0 && steps < parents.length; steps++) {
      first = firstChild[first];
    }
    List<Integer> leaves = new ArrayList<>(List.of(first));
    for (int i = 0; i < parents.length; i++) {
      if (firstChild[i] < 0 && i != first) {
        leaves.add(i);
      }
    }
    return leaves;
  }

  /** The records from the root to one. A cycle ends the path. */
  private List<Integer> path(int leaf) {
    List<Integer> path = new ArrayList<>();
    BitSet seen = new BitSet();
    for (int i = leaf; i >= 0 && !seen.get(i); i = parents[i]) {
      seen.set(i);
      path.add(i);
    }
    Collections.reverse(path);
    return path;
  }
}
