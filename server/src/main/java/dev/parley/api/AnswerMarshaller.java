package dev.parley.api;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.grpc.GrpcJson;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The JSON of all faces. An answer whose JSON was made ahead by {@link Reply#sendLong} is written
 * as it was made: Armeria writes answers on the event loop, which others wait for.
 */
public final class AnswerMarshaller implements GrpcJsonMarshaller {
  private final GrpcJson json = new GrpcJson();

  @Override
  public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream out)
      throws IOException {
    ServiceRequestContext ctx = ServiceRequestContext.currentOrNull();
    byte[] ahead = ctx == null ? null : CallState.of(ctx).jsonAhead((Message) message);
    if (ahead != null) {
      out.write(ahead);
    } else {
      json.serializeMessage(marshaller, message, out);
    }
  }

  @Override
  public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream in) throws IOException {
    return json.deserializeMessage(marshaller, in);
  }
}
