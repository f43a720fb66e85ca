package dev.parley.api.json;

import com.google.protobuf.Message;
import dev.parley.model.FieldViolation;
import java.util.List;

/**
 * A message read from JSON.
 *
 * @param message what could be read
 * @param violations the fields that could not be read, and were left unset
 * @param nulls the fields of the message itself that were given as {@code null}, by their names in
 *     the proto; they are unset
 */
public record Parsed(Message message, List<FieldViolation> violations, List<String> nulls) {

  /** A message without explicit nulls. */
  public Parsed(Message message, List<FieldViolation> violations) {
    this(message, violations, List.of());
  }
}
