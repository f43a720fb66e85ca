package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Waiting;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A database that becomes read-only while a store uses it. */
class ReadOnlyDatabaseTest {
  private final String url = PostgresServer.shared().newDatabase();

  @Test
  void checkWritable_readOnlyDatabase_failsUntilItIsWritableAgain() {
    try (Store store = PostgresStores.open(url, PostgresSettings.DEFAULTS)) {
      store.checkWritable().join();

      setReadOnly("on");
      Waiting.until(() -> isReadOnly(store), () -> "a store that notices");
      // Connections for reads were ended as well.
      Waiting.until(() -> isReadable(store), () -> "a store that reads");

      setReadOnly("off");
      Waiting.until(() -> !isReadOnly(store), () -> "a store that notices");
    }
  }

  /** Ends the connections of the store, because the setting applies to new connections only. */
  private void setReadOnly(String value) {
    try (Connection connection =
            DriverManager.getConnection(url + "&options=-c%20default_transaction_read_only=off");
        Statement statement = connection.createStatement();
        ResultSet name = statement.executeQuery("SELECT current_database()")) {
      name.next();
      String database = name.getString(1);
      statement.execute(
          "ALTER DATABASE %s SET default_transaction_read_only = %s".formatted(database, value));
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND application_name = 'parley'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isReadable(Store store) {
    try {
      return store.findSession(UUID.randomUUID(), Cancellation.NONE).join().isEmpty();
    } catch (CompletionException e) {
      return false;
    }
  }

  private static boolean isReadOnly(Store store) {
    try {
      store.checkWritable().join();
      return false;
    } catch (CompletionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              SessionException.class,
              error -> assertThat(error.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
      return true;
    }
  }
}
