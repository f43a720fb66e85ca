package dev.parley.storage.postgres;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.StoreCheck;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.check.PostgresCheck;
import dev.parley.storage.postgres.schema.DatabaseIdentity;
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

/** Opens shared stores. */
public final class PostgresStores {
  /** What the URL of a shared store begins with. */
  public static final String URL_PREFIX = "jdbc:postgresql:";

  private static final int VERSION_MIN = 14;

  /** How long a database may take to answer the first question. */
  private static final String START_SECONDS = "5";

  private PostgresStores() {}

  /** Opens a store whose metrics nobody asks for. */
  public static TransferableStore open(String url, PostgresSettings settings) {
    return open(url, settings, new SimpleMeterRegistry(), StoreObserver.NONE);
  }

  /**
   * Opens the store in a database, which any number of processes may have open, and brings its
   * schema up to date.
   *
   * @param url as the PostgreSQL JDBC driver takes it
   * @param observer told of the store's work
   * @throws StoreUnavailableException if it cannot be opened; the message says why in one line,
   *     without what the URL holds beside the place
   */
  public static TransferableStore open(
      String url, PostgresSettings settings, MeterRegistry metrics, StoreObserver observer) {
    try {
      requireSuitable(url);
      Schema.migrate(url);
    } catch (SQLException | StoreUnavailableException e) {
      throw cannotOpen(url, e);
    }
    return new PostgresStore(url, settings, metrics, observer);
  }

  /**
   * Whether there is a store in a database.
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
   * Whether two URLs lead to one store, however they are written.
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
   * A check of the store in a database. Servers may go on meanwhile.
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
    String why = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    // The driver quotes a URL that it does not understand.
    String told = why.replace(url, withoutCredentials(url));
    return new StoreUnavailableException(
        "the store at " + withoutCredentials(url) + " cannot be opened: " + told, cause);
  }

  /** Where a URL leads to, without the user, the password and what else it holds. */
  public static String withoutCredentials(String url) {
    String withoutParameters = url.replaceFirst("\\?.*", "");
    return withoutParameters.replaceFirst("//[^/@]*@", "//");
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
