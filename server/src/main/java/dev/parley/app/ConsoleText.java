package dev.parley.app;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** How commands print values. */
final class ConsoleText {
  /** What stands for a value that is not there. */
  static final String NONE = "-";

  private ConsoleText() {}

  static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }
}
