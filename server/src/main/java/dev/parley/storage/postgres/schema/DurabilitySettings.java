package dev.parley.storage.postgres.schema;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns about settings of a database with which a crash can lose acknowledged writes. */
public final class DurabilitySettings {
  private static final Logger log = LoggerFactory.getLogger(DurabilitySettings.class);

  private static final String SETTINGS =
      """
      SELECT name FROM pg_settings
      WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
      ORDER BY name
      """;

  private static final Map<String, String> RISKS =
      Map.of(
          "fsync",
          "PostgreSQL does not wait for the disk. If the machine crashes, acknowledged writes can"
              + " be lost and the database can be damaged beyond repair. Set fsync = on.",
          "full_page_writes",
          "If the machine crashes while a page is being written, the page can be damaged and its"
              + " rows can be lost. Set full_page_writes = on, unless the file system prevents"
              + " partial page writes.",
          "synchronous_commit",
          "Commits do not wait for the disk, so a crash can lose the last acknowledged writes."
              + " Parley turns it on for its own connections, but a connection pooler can undo"
              + " this. Set synchronous_commit = on.");

  private DurabilitySettings() {}

  /** Logs one warning for each setting that puts writes at risk. */
  public static void warn(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SETTINGS)) {
      while (rows.next()) {
        String name = rows.getString(1);
        log.warn("The database has {} = off. {}", name, RISKS.get(name));
      }
    }
  }
}
