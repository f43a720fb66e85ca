package dev.parley.testing;

import java.util.ArrayList;
import java.util.List;

/** The fenced code blocks of a Markdown text, in order. */
public final class MarkdownBlocks {
  private static final String FENCE = "```";

  private MarkdownBlocks() {}

  /**
   * A code block.
   *
   * @param language the text after the opening fence
   */
  public record Block(String language, String text) {}

  /**
   * The code blocks of the section with this heading. The section ends at the next heading of the
   * same level.
   */
  public static List<Block> ofSection(List<String> lines, String heading) {
    List<Block> blocks = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String language = null;
    for (String line : lines.subList(lines.indexOf(heading) + 1, lines.size())) {
      if (language == null && line.startsWith("## ")) {
        break;
      }
      if (language != null && line.equals(FENCE)) {
        blocks.add(new Block(language, text.toString()));
        language = null;
      } else if (language != null) {
        text.append(line).append('\n');
      } else if (line.startsWith(FENCE)) {
        language = line.substring(FENCE.length());
        text.setLength(0);
      }
    }
    return blocks;
  }
}
