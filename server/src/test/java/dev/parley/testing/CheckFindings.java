package dev.parley.testing;

import dev.parley.storage.StoreCounts;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.check.StoreCheck;
import java.util.ArrayList;
import java.util.List;

/** Collects the problems that a store check reports, as {@code where: what}. */
public final class CheckFindings implements CheckObserver {
  private final List<String> found = new ArrayList<>();
  private long sessions;
  private long messages;

  /** Runs a check, closes it and returns its findings. */
  public static List<String> of(StoreCheck check) {
    try (check) {
      CheckFindings findings = new CheckFindings();
      StoreCounts counts = check.run(findings);
      if (findings.found.isEmpty()
          && (counts.sessions() != findings.sessions || counts.messages() != findings.messages)) {
        throw new AssertionError("The reported progress differs from " + counts);
      }
      return findings.found;
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
