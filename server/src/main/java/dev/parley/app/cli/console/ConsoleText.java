package dev.parley.app.cli.console;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Text that commands print. */
public final class ConsoleText {
  /** Printed in place of an absent value. */
  public static final String NONE = "-";

  private ConsoleText() {}

  /** Prints a failure as one line on standard error and returns the exit status. */
  public static int failed(String what, Exception failure) {
    String why = failure.getMessage();
    System.err.println("parley: " + what + ": " + (why == null ? failure.toString() : why));
    return 1;
  }

  /** A count with its noun, such as {@code 1 session} or {@code 2 sessions}. */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** A time in RFC 3339 format. */
  public static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }
}
