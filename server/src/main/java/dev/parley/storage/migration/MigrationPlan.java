package dev.parley.storage.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps that a server of this version runs on a store before it serves.
 *
 * @param kind what the versions are of: {@code layout} of a folder, or {@code schema} of a database
 * @param current the version of the store; null if the database has no tables yet
 * @param steps the missing steps in their order; empty if a start changes nothing
 */
public record MigrationPlan(String kind, @Nullable String current, List<Step> steps) {
  public MigrationPlan {
    steps = List.copyOf(steps);
  }

  /**
   * One step.
   *
   * @param version the version of the store after the step
   * @param description what the step changes, in one sentence
   */
  public record Step(String version, String description) {}

  /** The version of the store after all steps. */
  public @Nullable String result() {
    return steps.isEmpty() ? current : steps.get(steps.size() - 1).version();
  }
}
