package dev.parley.docs;

import static dev.parley.docs.MarkdownTable.code;

import dev.parley.config.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The tables of {@code SETTINGS.md}: one for each group of settings. */
final class SettingTables {
  private SettingTables() {}

  static Stream<GeneratedSection> sections() {
    return Arrays.stream(Setting.Group.values())
        .map(
            group ->
                new GeneratedSection(
                    "SETTINGS.md", group.name().toLowerCase(Locale.ROOT), table(group)));
  }

  private static String table(Setting.Group group) {
    MarkdownTable table =
        new MarkdownTable(
            List.of("Setting", "Environment variable", "Description", "Default", "Value"));
    Arrays.stream(Setting.values())
        .filter(setting -> setting.group() == group)
        .forEach(setting -> table.add(row(setting)));
    return table.toString();
  }

  private static List<String> row(Setting setting) {
    return List.of(
        code(setting.key()),
        code(setting.environmentName()),
        setting.meaning() + ".",
        setting.defaultValue().map(MarkdownTable::code).orElse("none"),
        setting.range());
  }
}
