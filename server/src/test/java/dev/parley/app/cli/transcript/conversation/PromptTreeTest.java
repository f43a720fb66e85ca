package dev.parley.app.cli.transcript.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.conversation.PromptTree.Kind;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.app.cli.transcript.record.RawRecord;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a transcript of Claude Code has branches. */
class PromptTreeTest {
  private final PromptTree tree = new PromptTree();

  private PromptTree add(String uuid, String parent, String type, Kind kind) {
    ObjectNode json = TranscriptJson.object().put("type", type).put("uuid", uuid);
    json.put("parentUuid", parent);
    tree.add(RawRecord.of(json, new Location("f", tree.records().size() + 1)), kind);
    return tree;
  }

  private void prompt(String uuid, String parent) {
    add(uuid, parent, "user", Kind.PROMPT);
  }

  private void reply(String uuid, String parent) {
    add(uuid, parent, "assistant", Kind.REPLY);
  }

  private void system(String uuid, String parent) {
    add(uuid, parent, "system", Kind.OTHER_MESSAGE);
  }

  private List<String> branches() {
    return tree.branches().paths(tree.records().size() - 1).stream()
        .map(
            path ->
                String.join(
                        " ",
                        path.messages().stream()
                            .map(i -> tree.records().get(i).json().path("uuid").asText())
                            .toList())
                    + path.suffix())
        .toList();
  }

  @Test
  void promptAfterItsAnswer_isNoBranch() {
    prompt("u1", null);
    reply("a1", "u1");
    prompt("u2", "a1");
    reply("a2", "u2");

    assertThat(branches()).containsExactly("u1 a1 u2 a2");
  }

  @Test
  void promptOfAnAnsweredParent_beginsTheCurrentBranch() {
    prompt("u1", null);
    reply("a1", "u1");
    prompt("u2", "a1");
    reply("a2", "u2");
    prompt("u3", "a1");
    reply("a3", "u3");
    prompt("u4", "a1");

    assertThat(branches()).containsExactly("u1 a1 u4", "u1 a1 u2 a2#u2", "u1 a1 u3 a3#u3");
  }

  @Test
  void firstPromptAgain_isABranchOfItsOwn() {
    prompt("u1", null);
    reply("a1", "u1");
    prompt("u2", null);

    assertThat(branches()).containsExactly("u2", "u1 a1#u1");
  }

  /** The records of the program have the parent of the prompt, which follows them. */
  @Test
  void systemMessageBeforeThePrompt_doesNotHideTheBranch() {
    prompt("u1", null);
    reply("a1", "u1");
    prompt("u2", "a1");
    reply("a2", "u2");
    system("s1", "a1");
    prompt("u3", "s1");

    assertThat(branches()).containsExactly("u1 a1 u3", "u1 a1 u2 a2 s1#u2");
  }

  @Test
  void systemMessageAfterTheAnswer_isNoBranch() {
    prompt("u1", null);
    reply("a1", "u1");
    system("s1", "a1");
    prompt("u2", "a1");

    assertThat(branches()).containsExactly("u1 a1 s1 u2");
  }

  @Test
  void promptWithUnknownParent_followsTheRecordBefore() {
    prompt("u1", null);
    reply("a1", "u1");
    prompt("u2", "lost");

    assertThat(branches()).containsExactly("u1 a1 u2");
  }

  /** After a compaction, the first record has no parent. */
  @Test
  void compactedConversation_isOne() {
    prompt("u1", null);
    reply("a1", "u1");
    system("s1", null);
    prompt("u2", "s1");
    reply("a2", "u2");

    assertThat(branches()).containsExactly("u1 a1 s1 u2 a2");
  }
}
