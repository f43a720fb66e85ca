package dev.parley.app;

/** What the exit statuses of commands that make calls mean, for their help. */
final class ExitCodes {
  static final String HEADING = "Exit status:%n";
  static final String DONE = "0:Done.";
  static final String REFUSED = "1:The server refused, or did not answer.";
  static final String NOT_TRIED = "2:Refused before anything was tried.";

  private ExitCodes() {}
}
