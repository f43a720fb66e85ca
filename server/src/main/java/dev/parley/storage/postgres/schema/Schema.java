package dev.parley.storage.postgres.schema;

import dev.parley.storage.StoreUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database schema and its migrations. A new minor version is compatible with older servers. A
 * new major version is not: older servers refuse to start.
 */
public final class Schema {
  private static final Logger log = LoggerFactory.getLogger(Schema.class);

  private static final String STEPS = "classpath:dev/parley/storage/postgres/migrations";

  private Schema() {}

  /**
   * Flyway runs statements before it takes its own lock, which two servers must not run at the same
   * time.
   */
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('parley schema', 0))";

  /** Applies missing migrations, one server at a time. */
  public static void migrate(String url, String... moreSteps) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(LOCK);
      migrateAlone(url, moreSteps);
      connection.rollback();
    }
  }

  private static void migrateAlone(String url, String... moreSteps) {
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
      requireKnown(flyway.info());
      MigrateResult result = flyway.migrate();
      if (result.migrationsExecuted > 0) {
        log.info("Migrated the database schema to version {}.", result.targetSchemaVersion);
      }
    } catch (FlywayException e) {
      throw new StoreUnavailableException(oneLine(e), e);
    }
  }

  private static void requireKnown(MigrationInfoService steps) {
    MigrationInfo applied = steps.current();
    if (applied == null || applied.getVersion() == null) {
      return;
    }
    MigrationVersion newestKnown =
        Arrays.stream(steps.all())
            .filter(step -> step.getState().isResolved())
            .map(MigrationInfo::getVersion)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    if (applied.getVersion().getMajor().compareTo(newestKnown.getMajor()) > 0) {
      throw new StoreUnavailableException(
          "the schema version is %s, but this version of Parley supports only %s"
              .formatted(applied.getVersion(), newestKnown));
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
