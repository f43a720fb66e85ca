package dev.parley.testing;

import dev.parley.storage.StoreCounts;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.check.StoreCheck;
import java.util.ArrayList;
import java.util.List;

/** What a check finds, as {@code where: what}. */
public final class FoundThings implements CheckObserver {
  private final List<String> found = new ArrayList<>();
  private long sessions;
  private long messages;

  /** Runs a check and closes it; what it found. */
  public static List<String> of(StoreCheck check) {
    try (check) {
      FoundThings things = new FoundThings();
      StoreCounts counts = check.run(things);
      if (things.found.isEmpty()
          && (counts.sessions() != things.sessions || counts.messages() != things.messages)) {
        throw new AssertionError("Told of other than " + counts);
      }
      return things.found;
    }
  }

  @Override
  public void found(String what, String where) {
    found.add(where + ": " + what);
  }

  @Override
  public void expect(long sessions) {}

  @Override
  public void checked(long moreSessions, long moreMessages) {
    sessions += moreSessions;
    messages += moreMessages;
  }
}
