package dev.parley.openai;

import dev.parley.testing.NpmProject;
import dev.parley.testing.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs scripts of {@code src/test/npm/openai} with Node.js. */
final class Node {
  private Node() {}

  /** The scripts with the packages that they need, which are installed at the first use. */
  private static final class Installed {
    static final Path FOLDER = NpmProject.install("openai");
  }

  /**
   * Runs a script, which must succeed. Returns what it prints.
   *
   * @param environment additional environment variables
   */
  static String run(Map<String, String> environment, String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    return Programs.run(Installed.FOLDER, environment, command).succeeded(script).out();
  }
}
