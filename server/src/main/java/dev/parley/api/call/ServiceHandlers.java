package dev.parley.api.call;

import com.google.protobuf.Message;
import dev.parley.api.call.Handler.StreamFunction;
import dev.parley.api.call.Handler.UnaryFunction;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The handlers of one gRPC service, one for each method.
 *
 * @param service the service
 * @param handlers the handlers by full method name
 */
public record ServiceHandlers(ServiceDescriptor service, Map<String, Handler<?, ?>> handlers) {

  /** Returns the handler of a method. */
  public Handler<?, ?> handler(MethodDescriptor<?, ?> method) {
    return Objects.requireNonNull(handlers.get(method.getFullMethodName()));
  }

  /** Starts a builder for {@code service}. */
  public static Builder of(ServiceDescriptor service) {
    return new Builder(service);
  }

  /** Builds the handlers of a service. */
  public static final class Builder {
    private final ServiceDescriptor service;
    private final Map<String, Handler<?, ?>> handlers = new LinkedHashMap<>();

    private Builder(ServiceDescriptor service) {
      this.service = service;
    }

    /**
     * Adds the handler of a unary RPC.
     *
     * @param useCase performs the call
     * @param toResponse converts the result to the response
     */
    public <Q extends Message, T, S extends Message> Builder unary(
        MethodDescriptor<Q, S> method,
        UnaryFunction<Q, T> useCase,
        Function<? super T, S> toResponse) {
      return unaryOfCall(method, useCase, (call, result) -> toResponse.apply(result));
    }

    /** Adds the handler of a unary RPC whose response also depends on the call. */
    public <Q extends Message, T, S extends Message> Builder unaryOfCall(
        MethodDescriptor<Q, S> method,
        UnaryFunction<Q, T> useCase,
        BiFunction<Call, ? super T, S> toResponse) {
      return add(
          new Handler.Unary<>(
              method,
              (call, request) ->
                  useCase
                      .handle(call, request)
                      .thenApply(result -> () -> toResponse.apply(call, result))));
    }

    /** Adds the handler of a unary RPC whose response is produced in parts. */
    public <Q extends Message, S extends Message> Builder inParts(
        MethodDescriptor<Q, S> method, StreamFunction<Q, S> function) {
      return add(new Handler.InParts<>(method, function));
    }

    /** Adds the handler of a server-streaming RPC. */
    public <Q extends Message, S extends Message> Builder streaming(
        MethodDescriptor<Q, S> method, StreamFunction<Q, List<StreamItem<S>>> function) {
      return add(new Handler.Streaming<>(method, function));
    }

    private Builder add(Handler<?, ?> handler) {
      handlers.put(handler.method().getFullMethodName(), handler);
      return this;
    }

    /**
     * Builds the handlers.
     *
     * @throws IllegalStateException if a method of the service has no handler
     */
    public ServiceHandlers build() {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        if (!handlers.containsKey(method.getFullMethodName())) {
          throw new IllegalStateException(
              "The method has no handler: " + method.getFullMethodName());
        }
      }
      return new ServiceHandlers(service, Map.copyOf(handlers));
    }
  }
}
