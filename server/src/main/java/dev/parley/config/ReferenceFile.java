package dev.parley.config;

/**
 * The reference file: a configuration file in which every setting is described and commented out.
 */
public final class ReferenceFile {
  private static final int COLUMNS = 98;

  private ReferenceFile() {}

  /** The text of the file. */
  public static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            # Settings of Parley. Name this file with --config FILE or PARLEY_CONFIG. A setting can
            # also be given as an environment variable (PARLEY_PORT=8081) or, unless it is a
            # secret, as a flag (--port 8081). A flag takes precedence over a variable, and a
            # variable over this file. Lines that are commented out show the default.
            """);
    Setting.Group group = null;
    for (Setting setting : Setting.values()) {
      if (setting.group() != group) {
        group = setting.group();
        text.append("\n\n# == ").append(group.title()).append(" ==\n");
      }
      text.append('\n');
      comment(text, setting.meaning() + ".");
      comment(text, "Value: " + setting.range() + ". Variable: " + setting.environmentName() + ".");
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
