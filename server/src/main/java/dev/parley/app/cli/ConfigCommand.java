package dev.parley.app.cli;

import dev.parley.app.cli.console.ExitCodes;
import dev.parley.config.EffectiveSetting;
import dev.parley.config.ReferenceFile;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley config}. */
@Command(
    name = "config",
    description = "Validates the settings and prints those that a server would start with.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {"0:The settings are valid.", "2:The settings are not valid."},
    mixinStandardHelpOptions = true)
public final class ConfigCommand implements Callable<Integer> {
  @Mixin private ServeOptions options = new ServeOptions();

  @Option(
      names = "--reference",
      description = "Prints the reference configuration file with every setting instead.")
  private boolean reference;

  @Override
  public Integer call() {
    System.out.print(reference ? ReferenceFile.text() : inForce(options.resolver()));
    System.out.flush();
    return 0;
  }

  private static String inForce(SettingsResolver resolver) {
    Settings.of(resolver);
    StringBuilder text = new StringBuilder();
    for (EffectiveSetting each : EffectiveSetting.list(resolver)) {
      text.append(each.setting().key()).append(" =");
      each.value()
          .ifPresent(
              value ->
                  text.append(' ')
                      .append(value)
                      .append("  (")
                      .append(each.source().get())
                      .append(')'));
      text.append('\n');
    }
    return text.toString();
  }
}
