package dev.parley.api.json;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The one JSON of all faces; what differs between them stands in their protos. */
public final class JsonMarshaller implements GrpcJsonMarshaller {

  /** The JSON of a message. */
  public static byte[] write(Message message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      JsonWriter.write(JsonText.FACTORY, message, out);
    } catch (IOException e) {
      throw new UncheckedIOException("Nothing was to be written to a device.", e);
    }
    return out.toByteArray();
  }

  @Override
  public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream out)
      throws IOException {
    JsonWriter.write(JsonText.FACTORY, (Message) message, out);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream in) throws IOException {
    Message prototype =
        (Message)
            Objects.requireNonNull(((PrototypeMarshaller<T>) marshaller).getMessagePrototype());
    Parsed parsed = parse(in.readAllBytes(), prototype);
    if (!parsed.violations().isEmpty()) {
      throw SessionException.invalid(parsed.violations());
    }
    return (T) parsed.message();
  }

  /** Reads a message of the kind of {@code prototype}. {@code MALFORMED_BODY} if it is none. */
  public static Parsed parse(byte[] utf8, Message prototype) {
    Message.Builder builder = prototype.newBuilderForType();
    List<FieldViolation> violations = JsonReader.read(utf8, builder);
    return new Parsed(builder.build(), violations);
  }

  /** All violations of a message that was read from JSON, those of the reading first. */
  public static List<FieldViolation> violations(Parsed parsed) {
    List<FieldViolation> all = new ArrayList<>(parsed.violations());
    Set<String> named =
        all.stream().map(FieldViolation::field).collect(Collectors.toUnmodifiableSet());
    for (FieldViolation violation : FieldRules.checkRead(parsed.message())) {
      if (!named.contains(violation.field())) {
        all.add(violation);
      }
    }
    return all;
  }
}
