package dev.parley.storage.postgres.sql;

import dev.parley.model.Json;
import dev.parley.storage.Cancellation;
import dev.parley.storage.rules.Micros;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One execution of a statement. It takes parameters in order and returns rows. */
public final class BoundStatement implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement statement;
  private final Cancellation cancellation;
  private final Sql.Placement placement;
  private int index;

  public BoundStatement(Connection connection, Sql sql) throws SQLException {
    this(connection, sql, Cancellation.NONE);
  }

  /** Creates an execution that throws when {@code cancellation} fires while it reads rows. */
  public BoundStatement(Connection connection, Sql sql, Cancellation cancellation)
      throws SQLException {
    this.connection = connection;
    this.cancellation = cancellation;
    placement = sql.home();
    statement = connection.prepareStatement(sql.text());
  }

  /** Converts a row. */
  @FunctionalInterface
  public interface Mapper<T> {
    T map(Row row) throws SQLException;
  }

  /** Consumes a row. Returns whether to continue with the next row. */
  @FunctionalInterface
  public interface RowConsumer<T> {
    boolean accept(T row);
  }

  public BoundStatement with(UUID id) throws SQLException {
    statement.setObject(++index, id);
    return this;
  }

  public BoundStatement withId(@Nullable UUID id) throws SQLException {
    statement.setObject(++index, id, Types.OTHER);
    return this;
  }

  public BoundStatement with(long number) throws SQLException {
    statement.setLong(++index, number);
    return this;
  }

  public BoundStatement with(float number) throws SQLException {
    statement.setFloat(++index, number);
    return this;
  }

  public BoundStatement with(int number) throws SQLException {
    statement.setInt(++index, number);
    return this;
  }

  public BoundStatement withText(@Nullable String text) throws SQLException {
    statement.setString(++index, TextCodec.encode(text));
    return this;
  }

  public BoundStatement with(@Nullable Json json) throws SQLException {
    statement.setString(++index, json == null ? null : json.toString());
    return this;
  }

  public BoundStatement with(@Nullable Instant time) throws SQLException {
    if (time == null) {
      statement.setNull(++index, Types.BIGINT);
    } else {
      statement.setLong(++index, Micros.of(time));
    }
    return this;
  }

  public BoundStatement with(@Nullable Duration time) throws SQLException {
    if (time == null) {
      statement.setNull(++index, Types.BIGINT);
    } else {
      statement.setLong(++index, Micros.of(time));
    }
    return this;
  }

  public BoundStatement withNumber(@Nullable Long number) throws SQLException {
    statement.setObject(++index, number, Types.BIGINT);
    return this;
  }

  public BoundStatement with(boolean flag) throws SQLException {
    statement.setBoolean(++index, flag);
    return this;
  }

  public BoundStatement with(byte[] bytes) throws SQLException {
    statement.setBytes(++index, bytes);
    return this;
  }

  public BoundStatement withIds(Collection<UUID> ids) throws SQLException {
    return withArray("uuid", ids.toArray(UUID[]::new));
  }

  public BoundStatement withTexts(Collection<? extends @Nullable String> texts)
      throws SQLException {
    return withArray("text", texts.stream().map(TextCodec::encode).toArray());
  }

  public BoundStatement withJsons(Collection<? extends @Nullable Json> jsons) throws SQLException {
    return withArray(
        "text", jsons.stream().map(json -> json == null ? null : json.toString()).toArray());
  }

  public BoundStatement withNumbers(Collection<? extends @Nullable Long> numbers)
      throws SQLException {
    return withArray("int8", numbers.toArray());
  }

  public BoundStatement withTimes(Collection<Instant> times) throws SQLException {
    return withNumbers(times.stream().map(Micros::of).toList());
  }

  public BoundStatement withNumbers(long[] numbers) throws SQLException {
    return withArray("int8", numbers);
  }

  public BoundStatement withSmallNumbers(short[] numbers) throws SQLException {
    return withArray("int2", numbers);
  }

  public BoundStatement withFlags(boolean[] flags) throws SQLException {
    return withArray("bool", flags);
  }

  public BoundStatement withBytes(byte[][] bytes) throws SQLException {
    return withArray("bytea", bytes);
  }

  private BoundStatement withArray(String type, Object array) throws SQLException {
    statement.setArray(
        ++index, connection.unwrap(org.postgresql.PGConnection.class).createArrayOf(type, array));
    return this;
  }

  /** Adds the parameters to a batch. More sets of parameters may follow. */
  public void addToBatch() throws SQLException {
    statement.addBatch();
    index = 0;
  }

  /** Executes the batch. Returns the number of changed rows. */
  public int runBatch() throws SQLException {
    return execute(
        () -> {
          try {
            return Arrays.stream(statement.executeBatch()).sum();
          } catch (BatchUpdateException e) {
            // Its own message only refers to the next exception.
            SQLException next = e.getNextException();
            throw next == null ? e : next;
          }
        });
  }

  /** Executes the statement. Returns the number of changed rows. */
  public int update() throws SQLException {
    return execute(statement::executeUpdate);
  }

  /** Executes statements whose results are not needed. */
  public void run() throws SQLException {
    var unused = execute(statement::execute);
  }

  /** The first row, or null. */
  public <T> @Nullable T first(Mapper<T> mapper) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? mapper.map(new Row(rows)) : null;
    } catch (SQLException e) {
      throw StatementException.of(e, placement);
    }
  }

  public <T> List<T> all(Mapper<T> mapper) throws SQLException {
    return execute(
        () -> {
          try (ResultSet rows = statement.executeQuery()) {
            return read(rows, mapper);
          }
        });
  }

  /**
   * Passes rows to {@code consumer} until it returns false. Only {@code atOnce} rows are in memory.
   */
  public <T> void forEachRow(int atOnce, Mapper<T> mapper, RowConsumer<T> consumer)
      throws SQLException {
    statement.setFetchSize(atOnce);
    var unused =
        execute(
            () -> {
              try (ResultSet rows = statement.executeQuery()) {
                boolean wanted = true;
                while (wanted && rows.next()) {
                  cancellation.throwIfCancelled();
                  wanted = consumer.accept(mapper.map(new Row(rows)));
                }
                return wanted;
              }
            });
  }

  /** The first row of the first of two statements, and all rows of the second, from one state. */
  public <A, B> @Nullable Pair<A, B> firstAndAll(Mapper<A> one, Mapper<B> each)
      throws SQLException {
    try {
      statement.execute();
      A first;
      try (ResultSet rows = statement.getResultSet()) {
        if (!rows.next()) {
          return null;
        }
        first = one.map(new Row(rows));
      }
      statement.getMoreResults();
      try (ResultSet rows = statement.getResultSet()) {
        return new Pair<>(first, read(rows, each));
      }
    } catch (SQLException e) {
      throw StatementException.of(e, placement);
    }
  }

  /**
   * The results of two statements.
   *
   * @param first the row of the first statement
   * @param rows the rows of the second statement
   */
  public record Pair<A, B>(A first, List<B> rows) {}

  private <T> List<T> read(ResultSet rows, Mapper<T> mapper) throws SQLException {
    List<T> all = new ArrayList<>();
    while (rows.next()) {
      cancellation.throwIfCancelled();
      all.add(mapper.map(new Row(rows)));
    }
    return all;
  }

  @FunctionalInterface
  private interface Execution<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  /** Adds the placement of the statement to its errors. */
  private <T extends @Nullable Object> T execute(Execution<T> execution) throws SQLException {
    try {
      return execution.run();
    } catch (SQLException e) {
      throw StatementException.of(e, placement);
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
