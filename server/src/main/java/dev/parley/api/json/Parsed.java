package dev.parley.api.json;

import com.google.protobuf.Message;
import dev.parley.model.FieldViolation;
import java.util.List;

/**
 * A message read from JSON.
 *
 * @param message what could be read
 * @param violations the fields that could not, and were left unset
 */
public record Parsed(Message message, List<FieldViolation> violations) {}
