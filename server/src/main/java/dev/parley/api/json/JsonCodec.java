package dev.parley.api.json;

import com.google.protobuf.Message;
import dev.parley.model.FieldViolation;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Converts messages to and from JSON. The options of the protos define the differences between the
 * APIs.
 */
public final class JsonCodec {
  /** The maximum size of a thread's buffer that is kept for reuse, in bytes. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final ThreadLocal<JsonBuffer> BUFFER =
      ThreadLocal.withInitial(() -> new JsonBuffer(BUFFER_BYTES));

  private JsonCodec() {}

  /** Returns the JSON of a message. */
  public static byte[] write(Message message) {
    JsonBuffer buffer = BUFFER.get();
    buffer.reset();
    try {
      write(message, buffer);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail.", e);
    }
    byte[] json = buffer.toByteArray();
    if (buffer.capacity() > BUFFER_BYTES) {
      BUFFER.remove();
    }
    return json;
  }

  /** Writes the JSON of a message, and closes {@code out}. */
  public static void write(Message message, OutputStream out) throws IOException {
    JsonWriter.write(JsonText.FACTORY, message, out);
  }

  /**
   * Reads a message of the type of {@code prototype} from a request. Fails with {@code
   * MALFORMED_BODY} if the text is not one JSON value of the right kind.
   */
  public static Parsed parse(byte[] utf8, Message prototype) {
    return JsonReader.read(utf8, prototype.newBuilderForType(), false);
  }

  /**
   * Reads a message of the type of {@code prototype} from stored JSON of any form. Fields with
   * other types stay unset. Unpaired surrogates become U+FFFD.
   */
  @SuppressWarnings("unchecked")
  public static <M extends Message> M parseStored(byte[] utf8, M prototype) {
    return (M) JsonReader.read(utf8, prototype.newBuilderForType(), true).message();
  }

  /**
   * Returns all violations of a message that was read from JSON, starting with the errors of the
   * reader.
   */
  public static List<FieldViolation> violations(Parsed parsed) {
    List<FieldViolation> all = new ArrayList<>(parsed.violations());
    Set<String> named =
        all.stream().map(FieldViolation::field).collect(Collectors.toUnmodifiableSet());
    for (FieldViolation violation : RequestValidator.checkRead(parsed.message())) {
      if (!named.contains(violation.field())) {
        all.add(violation);
      }
    }
    return all;
  }

  /**
   * A message that was read from JSON.
   *
   * @param message the fields that could be read
   * @param violations the fields that could not be read; they are unset in {@code message}
   * @param nulls the top-level fields that were given as {@code null}, by their proto names; they
   *     are unset in {@code message}
   */
  public record Parsed(Message message, List<FieldViolation> violations, List<String> nulls) {

    /** A message without explicit nulls. */
    public Parsed(Message message, List<FieldViolation> violations) {
      this(message, violations, List.of());
    }
  }
}
