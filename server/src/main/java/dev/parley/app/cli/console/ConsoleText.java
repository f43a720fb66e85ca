package dev.parley.app.cli.console;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** How commands print values. */
public final class ConsoleText {
  /** What stands for a value that is not there. */
  public static final String NONE = "-";

  private ConsoleText() {}

  /** Says on standard error, in one line, that a command failed; the exit status. */
  public static int failed(String what, Exception failure) {
    String why = failure.getMessage();
    System.err.println("parley: " + what + ": " + (why == null ? failure.toString() : why));
    return 1;
  }

  public static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }
}
