package dev.parley.storage.postgres.schema;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.migration.MigrationPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
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

  private static final String FOLDER = "dev/parley/storage/postgres/migrations/";
  private static final String STEPS = "classpath:" + FOLDER;
  private static final Pattern SENTENCE = Pattern.compile(".*?\\.(?= |$)");

  /** The states of steps that a migration runs. */
  private static final Set<MigrationState> TO_RUN =
      EnumSet.of(MigrationState.PENDING, MigrationState.FAILED);

  private Schema() {}

  /** Applies missing migrations, one server at a time. */
  public static void migrate(String url, String... moreSteps) throws SQLException {
    try (SchemaLock lock = SchemaLock.take(url)) {
      migrate(lock, flyway(url, moreSteps));
    }
  }

  private static void migrate(SchemaLock lock, Flyway flyway) throws SQLException {
    try {
      requireKnown(flyway.info());
      if (Arrays.stream(flyway.info().applied()).anyMatch(step -> step.getState().isFailed())) {
        forgetFailedSteps(lock.connection());
      }
      MigrateResult result = flyway.migrate();
      if (result.migrationsExecuted > 0) {
        log.info("Migrated the database schema to version {}.", result.targetSchemaVersion);
      }
    } catch (FlywayException e) {
      throw new StoreUnavailableException(oneLine(e), e);
    }
  }

  private static Flyway flyway(String url, String... moreSteps) {
    String[] locations = new String[moreSteps.length + 1];
    locations[0] = STEPS;
    System.arraycopy(moreSteps, 0, locations, 1, moreSteps.length);
    FluentConfiguration configuration =
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(url, null, null)
            .locations(locations)
            .table("parley_schema")
            .callbacks(new NoStatementTimeout())
            .baselineOnMigrate(true)
            .baselineVersion("0");
    // Else Flyway's lock is a transaction, for whose end concurrent index builds wait.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return configuration.load();
  }

  /** Lets steps run again that failed outside a transaction. Others leave no trace. */
  private static void forgetFailedSteps(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM parley_schema WHERE NOT success")) {
      statement.executeUpdate();
    }
  }

  /** The migrations that {@link #migrate} applies to the database. Changes nothing. */
  public static MigrationPlan plan(String url) {
    try {
      MigrationInfoService steps = flyway(url).info();
      requireKnown(steps);
      return new MigrationPlan(
          "schema",
          Arrays.stream(steps.applied())
              .filter(step -> !step.getState().isFailed())
              .map(MigrationInfo::getVersion)
              // The baseline of an empty database has the version 0.
              .filter(version -> version.isNewerThan("0"))
              .max(Comparator.naturalOrder())
              .map(MigrationVersion::toString)
              .orElse(null),
          Arrays.stream(steps.all())
              .filter(step -> TO_RUN.contains(step.getState()))
              .map(Schema::step)
              .toList());
    } catch (FlywayException e) {
      throw new StoreUnavailableException(oneLine(e), e);
    }
  }

  /** The description of a step is the first sentence of its file. */
  private static MigrationPlan.Step step(MigrationInfo step) {
    try (InputStream file =
        Objects.requireNonNull(Schema.class.getResourceAsStream("/" + FOLDER + step.getScript()))) {
      String comment =
          new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .takeWhile(line -> line.startsWith("--"))
              .map(line -> line.substring("--".length()).strip())
              .collect(Collectors.joining(" "));
      Matcher sentence = SENTENCE.matcher(comment);
      return new MigrationPlan.Step(
          step.getVersion().toString(), sentence.find() ? sentence.group() : comment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
