package dev.parley.storage.postgres.schema;

import dev.parley.storage.StoreUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
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
   * time. A server that waits asks again and again: a statement that waits would have a snapshot,
   * and {@code CREATE INDEX CONCURRENTLY} waits for the end of all snapshots.
   */
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('parley schema', 0))";

  private static final long LOCK_PAUSE_MILLIS = 50;

  /** Applies missing migrations, one server at a time. */
  public static void migrate(String url, String... moreSteps) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      // Closing the connection releases the lock.
      lock(connection);
      migrateAlone(connection, url, moreSteps);
    }
  }

  private static void lock(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      while (!isTrue(statement)) {
        Thread.sleep(LOCK_PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("the migration was interrupted", e);
    }
  }

  private static boolean isTrue(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static void migrateAlone(Connection connection, String url, String... moreSteps)
      throws SQLException {
    String[] locations = new String[moreSteps.length + 1];
    locations[0] = STEPS;
    System.arraycopy(moreSteps, 0, locations, 1, moreSteps.length);
    FluentConfiguration configuration =
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(url, null, null)
            .locations(locations)
            .table("parley_schema")
            .baselineOnMigrate(true)
            .baselineVersion("0");
    // Else Flyway's lock is a transaction, for whose end concurrent index builds wait.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    Flyway flyway = configuration.load();
    try {
      requireKnown(flyway.info());
      if (Arrays.stream(flyway.info().applied()).anyMatch(step -> step.getState().isFailed())) {
        forgetFailedSteps(connection);
      }
      MigrateResult result = flyway.migrate();
      if (result.migrationsExecuted > 0) {
        log.info("Migrated the database schema to version {}.", result.targetSchemaVersion);
      }
    } catch (FlywayException e) {
      throw new StoreUnavailableException(oneLine(e), e);
    }
  }

  /** Lets steps run again that failed outside a transaction. Others leave no trace. */
  private static void forgetFailedSteps(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM parley_schema WHERE NOT success")) {
      statement.executeUpdate();
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
