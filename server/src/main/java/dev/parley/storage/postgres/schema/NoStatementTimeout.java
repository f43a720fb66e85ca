package dev.parley.storage.postgres.schema;

import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Lets the statements of steps run as long as they need. A database or a role can have a timeout,
 * and an index build that it ends would begin again at each start.
 */
final class NoStatementTimeout extends BaseCallback {
  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.AFTER_CONNECT;
  }

  @Override
  public void handle(Event event, Context context) {
    try (Statement statement = context.getConnection().createStatement()) {
      statement.execute("SET statement_timeout = 0");
    } catch (SQLException e) {
      throw new FlywayException(e.getMessage(), e);
    }
  }
}
