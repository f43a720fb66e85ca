package dev.parley.api.grpc;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import dev.parley.api.json.JsonCodec;
import dev.parley.api.json.JsonCodec.Parsed;
import dev.parley.model.SessionException;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/** Adapts {@link JsonCodec} to Armeria: the JSON of {@code application/grpc+json}. */
public final class GrpcJson implements GrpcJsonMarshaller {
  @Override
  public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream out)
      throws IOException {
    JsonCodec.write((Message) message, out);
  }

  /** Fails with {@code INVALID_FIELD} if a field is invalid. */
  @Override
  @SuppressWarnings("unchecked")
  public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream in) throws IOException {
    Message prototype =
        (Message)
            Objects.requireNonNull(((PrototypeMarshaller<T>) marshaller).getMessagePrototype());
    Parsed parsed = JsonCodec.parse(in.readAllBytes(), prototype);
    if (!parsed.violations().isEmpty()) {
      throw SessionException.invalid(parsed.violations());
    }
    return (T) parsed.message();
  }
}
