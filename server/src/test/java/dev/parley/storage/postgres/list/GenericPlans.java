package dev.parley.storage.postgres.list;

import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Explains statements with the plan that PostgreSQL makes once, without the parameters. */
final class GenericPlans {
  private GenericPlans() {}

  /** Binds the parameters of a statement. */
  @FunctionalInterface
  interface Binder {
    BoundStatement bind(BoundStatement statement) throws SQLException;
  }

  /** The lines of the plan, with the rows that an execution has read. */
  static List<String> explain(Connection connection, Sql sql, Binder binder) throws SQLException {
    StringBuilder prepared = new StringBuilder("PREPARE explained AS ");
    int parameters = 0;
    for (char c : sql.text().toCharArray()) {
      prepared.append(c == '?' ? "$" + ++parameters : String.valueOf(c));
    }
    String call =
        IntStream.range(0, parameters)
            .mapToObj(i -> "?")
            .collect(
                Collectors.joining(", ", "EXPLAIN (ANALYZE, TIMING OFF) EXECUTE explained (", ")"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET plan_cache_mode = force_generic_plan");
      statement.execute(prepared.toString());
      try (ResultSet rows =
          statement.executeQuery(literal(connection, new Sql(sql.home(), call), binder))) {
        List<String> lines = new ArrayList<>();
        while (rows.next()) {
          lines.add(rows.getString(1));
        }
        return lines;
      } finally {
        statement.execute("DEALLOCATE explained");
      }
    }
  }

  /** The statement with its parameters in the text, which EXECUTE requires. */
  private static String literal(Connection connection, Sql sql, Binder binder) throws SQLException {
    AtomicReference<PreparedStatement> made = new AtomicReference<>();
    Connection recording =
        (Connection)
            Proxy.newProxyInstance(
                GenericPlans.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  Object result = method.invoke(connection, arguments);
                  if (result instanceof PreparedStatement statement) {
                    made.set(statement);
                  }
                  return result;
                });
    try (BoundStatement statement = new BoundStatement(recording, sql)) {
      var unused = binder.bind(statement);
      return made.get().toString();
    }
  }
}
