package dev.parley.app.cli.console;

/** Descriptions of exit statuses, for the help texts. */
public final class ExitCodes {
  public static final String HEADING = "Exit status:%n";
  public static final String DONE = "0:Done.";
  public static final String REFUSED = "1:The server rejected a call or did not answer.";
  public static final String NOT_TRIED = "2:Bad arguments or settings. Nothing was done.";

  private ExitCodes() {}
}
