package dev.parley.config;

/** The reference file: a configuration that says nothing, and says what could be said. */
public final class Reference {
  private static final int COLUMNS = 98;

  private Reference() {}

  /** The file, with every setting in a comment. */
  public static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            # The settings of Parley. Each can be a flag (--port 8081) unless it is a secret, a
            # variable (PARLEY_PORT=8081), or a line of this file, which --config or PARLEY_CONFIG
            # names; the first of them that says something wins. What stands here in comments is
            # the default, or nothing.
            """);
    Setting.Group group = null;
    for (Setting setting : Setting.values()) {
      if (setting.group() != group) {
        group = setting.group();
        text.append("\n\n# == ").append(group.title()).append(" ==\n");
      }
      text.append('\n');
      comment(text, setting.meaning() + ".");
      comment(text, "Range: " + setting.range() + ". Variable: " + setting.environmentName() + ".");
      text.append('#').append(setting.key()).append(" =");
      setting.defaultValue().ifPresent(value -> text.append(' ').append(value));
      text.append('\n');
    }
    return text.toString();
  }

  private static void comment(StringBuilder text, String words) {
    int lineStart = text.length();
    text.append('#');
    for (String word : words.split(" ")) {
      if (text.length() - lineStart + 1 + word.length() > COLUMNS) {
        text.append('\n');
        lineStart = text.length();
        text.append('#');
      }
      text.append(' ').append(word);
    }
    text.append('\n');
  }
}
