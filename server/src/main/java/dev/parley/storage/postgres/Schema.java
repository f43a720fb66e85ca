package dev.parley.storage.postgres;

import dev.parley.storage.StoreUnavailableException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The tables, in numbered steps. A step with a new minor number leaves servers that do not know it
 * working; one with a new major number does not, and these refuse to start then.
 */
final class Schema {
  private static final String STEPS = "classpath:dev/parley/storage/postgres/migrations";

  private Schema() {}

  /** Takes the steps that the database lacks: one server at a time, under Flyway's lock. */
  static void migrate(String url, String... moreSteps) {
    String[] locations = new String[moreSteps.length + 1];
    locations[0] = STEPS;
    System.arraycopy(moreSteps, 0, locations, 1, moreSteps.length);
    Flyway flyway =
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(url, null, null)
            .locations(locations)
            .table("parley_schema")
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .load();
    try {
      requireKnown(flyway);
      var unused = flyway.migrate();
      requireKnown(flyway);
    } catch (FlywayException e) {
      throw new StoreUnavailableException(oneLine(e), e);
    }
  }

  private static void requireKnown(Flyway flyway) {
    MigrationInfo current = flyway.info().current();
    MigrationVersion newest = null;
    for (MigrationInfo step : flyway.info().all()) {
      if (!step.getState().isResolved()) {
        continue;
      }
      newest = step.getVersion();
    }
    if (current == null || current.getVersion() == null || newest == null) {
      return;
    }
    if (current.getVersion().getMajor().compareTo(newest.getMajor()) > 0) {
      throw new StoreUnavailableException(
          "the schema is %s, of a newer Parley; this one knows %s"
              .formatted(current.getVersion(), newest));
    }
  }

  private static String oneLine(FlywayException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
  }
}
