package dev.parley.testing;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.PrintStream;
import java.util.Iterator;

/** Calls a method by its descriptor only, with one request in proto JSON. */
final class DynamicCall {
  private final Channel channel;
  private final Deadline deadline;
  private final PrintStream out;

  /** Creates a call that prints responses to {@code out}. */
  DynamicCall(Channel channel, Deadline deadline, PrintStream out) {
    this.channel = channel;
    this.deadline = deadline;
    this.out = out;
  }

  /**
   * Sends {@code json}, or an empty request if it is blank, and prints each response.
   *
   * @throws InvalidProtocolBufferException if the JSON is not a valid request, or a response does
   *     not match its descriptor
   * @throws io.grpc.StatusRuntimeException if the server returns an error
   */
  void run(MethodDescriptor method, String json) throws InvalidProtocolBufferException {
    JsonFormat.TypeRegistry types =
        JsonFormat.TypeRegistry.newBuilder()
            .add(method.getInputType())
            .add(method.getOutputType())
            .build();
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    if (!json.isBlank()) {
      JsonFormat.parser().usingTypeRegistry(types).merge(json, request);
    }
    JsonFormat.Printer printer = JsonFormat.printer().usingTypeRegistry(types);
    Iterator<DynamicMessage> responses =
        ClientCalls.blockingServerStreamingCall(
            channel, wire(method), CallOptions.DEFAULT.withDeadline(deadline), request.build());
    while (responses.hasNext()) {
      out.println(printer.print(responses.next()));
    }
  }

  private static io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> wire(
      MethodDescriptor method) {
    return io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())),
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
        .setType(
            method.isClientStreaming() ? MethodType.BIDI_STREAMING : MethodType.SERVER_STREAMING)
        .setFullMethodName(method.getService().getFullName() + "/" + method.getName())
        .build();
  }
}
