package dev.parley.storage.postgres;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.StoreCheck;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.migration.MigrationPlan;
import dev.parley.storage.postgres.check.PostgresCheck;
import dev.parley.storage.postgres.schema.DatabaseIdentity;
import dev.parley.storage.postgres.schema.DurabilitySettings;
import dev.parley.storage.postgres.schema.Schema;
import dev.parley.storage.transfer.TransferableStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens shared stores. */
public final class PostgresStores {
  /** The prefix of the URL of a shared store. */
  public static final String URL_PREFIX = "jdbc:postgresql:";

  private static final int VERSION_MIN = 14;

  /** How long a database may take to answer at start. */
  private static final String START_SECONDS = "5";

  private static final Pattern WITH_USER =
      Pattern.compile("(jdbc:postgresql://)[^/?@]*@([^?@]*)(?:\\?[^@]*)?");

  private PostgresStores() {}

  /** Opens a store for a tool: without metrics, and without warnings about the database. */
  public static TransferableStore open(String url, PostgresSettings settings) {
    try {
      prepare(url);
      return new PostgresStore(
          url,
          DatabaseIdentity.isDistributed(url),
          settings,
          new SimpleMeterRegistry(),
          StoreObserver.NONE);
    } catch (SQLException | StoreUnavailableException e) {
      throw cannotOpen(url, e);
    }
  }

  /**
   * Opens the store in a database, and migrates its schema. Any number of processes may open the
   * same store. Logs a warning for each setting of the database that puts acknowledged writes at
   * risk.
   *
   * @param url the URL, as the PostgreSQL JDBC driver accepts it
   * @param observer observes the work of the store
   * @throws StoreUnavailableException if it cannot be opened; the message states the reason in one
   *     line, without credentials
   */
  public static TransferableStore open(
      String url, PostgresSettings settings, MeterRegistry metrics, StoreObserver observer) {
    try {
      prepare(url);
      DurabilitySettings.warn(url);
      return new PostgresStore(
          url, DatabaseIdentity.isDistributed(url), settings, metrics, observer);
    } catch (SQLException | StoreUnavailableException e) {
      throw cannotOpen(url, e);
    }
  }

  /**
   * What {@link #open} would change in a database before the store can be used. Changes nothing.
   *
   * @throws StoreUnavailableException as {@link #open} does
   */
  public static MigrationPlan migrationPlan(String url) {
    try {
      requireSuitable(url);
      return Schema.plan(url);
    } catch (SQLException | StoreUnavailableException e) {
      throw cannotOpen(url, e);
    }
  }

  /**
   * Migrates the schema of a database as {@link #open} does, and creates the tables of an empty
   * one.
   *
   * @throws StoreUnavailableException as {@link #open} does
   */
  public static void migrate(String url) {
    try {
      prepare(url);
    } catch (SQLException | StoreUnavailableException e) {
      throw cannotOpen(url, e);
    }
  }

  private static void prepare(String url) throws SQLException {
    requireSuitable(url);
    Schema.migrate(url);
  }

  /**
   * Whether a database contains a store.
   *
   * @throws StoreUnavailableException as {@link #open} does
   */
  public static boolean isStore(String url) {
    try {
      return DatabaseIdentity.isStore(url);
    } catch (SQLException e) {
      throw cannotOpen(url, e);
    }
  }

  /**
   * Whether two URLs lead to the same store, regardless of how they are written.
   *
   * @throws StoreUnavailableException as {@link #open} does
   */
  public static boolean isSame(String url, String other) {
    try {
      return DatabaseIdentity.isSame(url, other);
    } catch (SQLException e) {
      throw cannotOpen(other, e);
    }
  }

  /**
   * Creates a check of the store in a database. Servers may use the store during the check.
   *
   * @throws StoreUnavailableException as {@link #open} does, and if there is no store
   */
  public static StoreCheck check(String url) {
    try {
      return PostgresCheck.open(url);
    } catch (SQLException | StoreUnavailableException e) {
      throw cannotOpen(url, e);
    }
  }

  private static StoreUnavailableException cannotOpen(String url, Exception cause) {
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    // The driver's message quotes a URL that it does not understand.
    String reason = message.replace(url, withoutCredentials(url));
    return new StoreUnavailableException(
        "the store at " + withoutCredentials(url) + " cannot be opened: " + reason, cause);
  }

  /**
   * Returns a URL without user, password and parameters. A password can make it ambiguous where
   * they end; nothing of such a URL is returned.
   */
  public static String withoutCredentials(String url) {
    if (!url.contains("@")) {
      return url.replaceFirst("(?s)\\?.*", "");
    }
    Matcher usual = WITH_USER.matcher(url);
    return usual.matches() ? usual.group(1) + usual.group(2) : "jdbc:postgresql://***";
  }

  private static void requireSuitable(String url) throws SQLException {
    Properties limits = new Properties();
    limits.setProperty("loginTimeout", START_SECONDS);
    limits.setProperty("socketTimeout", START_SECONDS);
    try (Connection connection = DriverManager.getConnection(url, limits);
        Statement statement = connection.createStatement();
        ResultSet encoding = statement.executeQuery("SHOW server_encoding")) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      if (version < VERSION_MIN) {
        throw new StoreUnavailableException(
            "PostgreSQL " + VERSION_MIN + " or newer is needed, this is " + version);
      }
      if (!encoding.next() || !encoding.getString(1).equals("UTF8")) {
        throw new StoreUnavailableException("the database's encoding must be UTF8");
      }
    }
  }
}
