package dev.parley.storage.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Json;
import dev.parley.storage.rules.Micros;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A result row. Its columns are read once each, in order. */
public final class Row {
  private final ResultSet columns;
  private int index;

  Row(ResultSet columns) {
    this.columns = columns;
  }

  public UUID id() throws SQLException {
    return Objects.requireNonNull(idOrNull());
  }

  public @Nullable UUID idOrNull() throws SQLException {
    return columns.getObject(++index, UUID.class);
  }

  public String text() throws SQLException {
    return Objects.requireNonNull(textOrNull());
  }

  public @Nullable String textOrNull() throws SQLException {
    return TextCodec.decode(columns.getString(++index));
  }

  public Json json() throws SQLException {
    return Objects.requireNonNull(jsonOrNull());
  }

  public @Nullable Json jsonOrNull() throws SQLException {
    String text = columns.getString(++index);
    if (text == null) {
      return null;
    }
    return text.equals("{}") ? Json.EMPTY_OBJECT : Json.ofUtf8(text.getBytes(UTF_8));
  }

  public byte[] bytes() throws SQLException {
    return Objects.requireNonNull(columns.getBytes(++index));
  }

  public long number() throws SQLException {
    return columns.getLong(++index);
  }

  public @Nullable Long numberOrNull() throws SQLException {
    long number = columns.getLong(++index);
    return columns.wasNull() ? null : number;
  }

  public float real() throws SQLException {
    return columns.getFloat(++index);
  }

  public boolean flag() throws SQLException {
    return columns.getBoolean(++index);
  }

  public Instant time() throws SQLException {
    return Micros.toInstant(columns.getLong(++index));
  }

  public @Nullable Instant timeOrNull() throws SQLException {
    long micros = columns.getLong(++index);
    return columns.wasNull() ? null : Micros.toInstant(micros);
  }

  public @Nullable Duration durationOrNull() throws SQLException {
    long micros = columns.getLong(++index);
    return columns.wasNull() ? null : Micros.toDuration(micros);
  }

  public List<String> texts() throws SQLException {
    return List.of((String[]) columns.getArray(++index).getArray());
  }
}
