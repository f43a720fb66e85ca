package dev.parley.api.grpc;

import com.google.protobuf.Message;
import dev.parley.api.call.CallPipeline;
import dev.parley.api.call.Handler;
import dev.parley.api.call.ServiceHandlers;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;

/** Creates gRPC services for Armeria from the handlers of an API. */
public final class GrpcHandlers {
  private final CallPipeline pipeline;
  private final Duration writeTimeout;

  /**
   * Creates a factory.
   *
   * @param writeTimeout the maximum time in which a client reads nothing of a response
   */
  public GrpcHandlers(CallPipeline pipeline, Duration writeTimeout) {
    this.pipeline = pipeline;
    this.writeTimeout = writeTimeout;
  }

  /** Creates the service. */
  public ServerServiceDefinition define(ServiceHandlers service) {
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service.service());
    // Uses the order of the proto, so that lists of methods have the same order.
    for (MethodDescriptor<?, ?> method : service.service().getMethods()) {
      add(definition, service.handler(method));
    }
    return definition.build();
  }

  private <Q extends Message, S extends Message> void add(
      ServerServiceDefinition.Builder definition, Handler<Q, S> handler) {
    ServerCallHandler<Q, S> calls =
        (call, headers) -> new GrpcCall<>(pipeline, handler, call, writeTimeout);
    definition.addMethod(handler.method(), calls);
  }
}
