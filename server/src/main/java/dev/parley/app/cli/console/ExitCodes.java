package dev.parley.app.cli.console;

/** What the exit statuses of commands that make calls mean, for their help. */
public final class ExitCodes {
  public static final String HEADING = "Exit status:%n";
  public static final String DONE = "0:Done.";
  public static final String REFUSED = "1:The server refused, or did not answer.";
  public static final String NOT_TRIED = "2:Refused before anything was tried.";

  private ExitCodes() {}
}
