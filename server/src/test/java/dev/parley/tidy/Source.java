package dev.parley.tidy;

import java.util.List;

/**
 * A text file under the rules.
 *
 * @param path where it is, from the top of the repository, with {@code /}
 * @param text all of it
 */
record Source(String path, String text) {
  List<String> lines() {
    return text.lines().toList();
  }

  boolean isJava() {
    return path.endsWith(".java");
  }

  boolean isProto() {
    return path.endsWith(".proto");
  }

  boolean isMain() {
    return path.contains("/src/main/");
  }

  /** The name of the file, without what is before the last slash. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** What stands before the last slash. */
  String folder() {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Says that {@code what} is wrong at a line, the first being 1. */
  String at(int line, String what) {
    return path + ":" + line + ": " + what;
  }
}
