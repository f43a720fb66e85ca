package dev.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes the JSON of one message whose list is produced in parts. The concatenated chunks are the
 * bytes that {@link JsonCodec#write} produces for the whole message.
 *
 * <p>Every part is a message of the same type. The items of the list come from all parts, the
 * fields before it in the proto from the first part, and the fields after it from the last part.
 *
 * <pre>
 *   JsonPartsWriter writer = JsonPartsWriter.of(ListRunsResponse.getDescriptor());
 *   out.write(writer.add(firstPart));
 *   out.write(writer.add(nextPart));
 *   out.write(writer.end(lastPart));
 * </pre>
 *
 * <p>A writer writes one message. Not thread-safe.
 */
public final class JsonPartsWriter {
  private static final int BUFFER_BYTES = 8 * 1024;

  private final MessageBinding binding;
  private final FieldBinding list;
  private final int listIndex;
  private final JsonBuffer buffer = new JsonBuffer(BUFFER_BYTES);
  private final JsonGenerator json;
  private final JsonWriter writer;
  private State state = State.NEW;

  /** The progress of the writer. */
  private enum State {
    /** Nothing is written. */
    NEW,
    /** The fields before the list are written. */
    BEFORE_LIST,
    /** The start of the list and possibly items are written. */
    IN_LIST,
    /** The message is complete. */
    ENDED
  }

  private JsonPartsWriter(FieldDescriptor field) {
    binding = MessageBinding.of(field.getContainingType());
    list =
        binding.fields().stream()
            .filter(each -> each.descriptor().equals(field) && field.isRepeated())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The type has no list in JSON: " + field.getFullName()));
    listIndex = binding.fields().indexOf(list);
    if (binding.isTransparent() && binding.fields().size() > 1) {
      throw new IllegalArgumentException("The list is not the only field: " + field.getFullName());
    }
    try {
      json = JsonText.FACTORY.createGenerator(buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writer = new JsonWriter(json);
  }

  /**
   * Creates a writer for messages of this type, which must have exactly one list of messages or
   * strings.
   */
  public static JsonPartsWriter of(Descriptor type) {
    List<FieldDescriptor> lists =
        type.getFields().stream().filter(JsonPartsWriter::isList).toList();
    if (lists.size() != 1) {
      throw new IllegalArgumentException(
          type.getFullName() + " has " + lists.size() + " lists instead of one");
    }
    return new JsonPartsWriter(lists.get(0));
  }

  /**
   * Creates a writer for messages of the type that contains this list. The type can have other
   * lists.
   */
  public static JsonPartsWriter of(FieldDescriptor list) {
    return new JsonPartsWriter(list);
  }

  private static boolean isList(FieldDescriptor field) {
    return field.isRepeated()
        && (field.getJavaType() == JavaType.MESSAGE || field.getJavaType() == JavaType.STRING);
  }

  /** Returns the next chunk. Another part must follow. The chunk can be empty. */
  public byte[] add(Message part) {
    try {
      write(part);
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail.", e);
    }
    return take();
  }

  /** Returns the last chunk. */
  public byte[] end(Message lastPart) {
    try {
      write(lastPart);
      if (state == State.IN_LIST) {
        json.writeEndArray();
      }
      if (!binding.isTransparent()) {
        writer.members(lastPart, binding.fields().subList(listIndex + 1, binding.fields().size()));
        json.writeEndObject();
      }
      state = State.ENDED;
      json.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail.", e);
    }
    return take();
  }

  private void write(Message part) throws IOException {
    if (state == State.ENDED) {
      throw new IllegalStateException("The message has ended.");
    }
    if (state == State.NEW) {
      if (!binding.isTransparent()) {
        json.writeStartObject();
        writer.members(part, binding.fields().subList(0, listIndex));
      }
      state = State.BEFORE_LIST;
    }
    List<?> items = (List<?>) part.getField(list.descriptor());
    boolean begins = state == State.BEFORE_LIST;
    if (begins && (!items.isEmpty() || !list.form().getOmitWhenEmpty())) {
      if (!binding.isTransparent()) {
        json.writeFieldName(list.jsonName());
      }
      json.writeStartArray();
      state = State.IN_LIST;
    }
    writer.items(list, items);
  }

  private byte[] take() {
    byte[] chunk = buffer.toByteArray();
    buffer.reset();
    return chunk;
  }
}
