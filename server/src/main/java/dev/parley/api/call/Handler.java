package dev.parley.api.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;

/**
 * Handles one RPC.
 *
 * @param <Q> the type of the request
 * @param <S> the type of the response
 */
public sealed interface Handler<Q extends Message, S extends Message> {
  /** The gRPC descriptor of the RPC. */
  MethodDescriptor<Q, S> method();

  /**
   * Handles a unary RPC in two steps: the use case, and the conversion of its result to the
   * response. The transport runs the second step on another thread, because a write completes on a
   * thread that processes other writes.
   */
  record Unary<Q extends Message, S extends Message>(
      MethodDescriptor<Q, S> method, UnaryFunction<Q, Supplier<S>> function)
      implements Handler<Q, S> {}

  /**
   * Handles a unary RPC whose response is produced in parts. The parts are merged in order. REST
   * sends each part as the client reads; gRPC merges them first.
   */
  record InParts<Q extends Message, S extends Message>(
      MethodDescriptor<Q, S> method, StreamFunction<Q, S> function) implements Handler<Q, S> {}

  /**
   * Handles a server-streaming RPC. The responses in one list are available at the same time, so
   * that the transport can send them together.
   */
  record Streaming<Q extends Message, S extends Message>(
      MethodDescriptor<Q, S> method, StreamFunction<Q, List<StreamItem<S>>> function)
      implements Handler<Q, S> {}

  /**
   * Runs the use case of a call. Must not block. It can throw an exception instead of returning a
   * failed future.
   */
  @FunctionalInterface
  interface UnaryFunction<Q, T> {
    /** The result. */
    CompletableFuture<T> handle(Call call, Q request);
  }

  /** Handles a call whose responses are produced on demand. */
  @FunctionalInterface
  interface StreamFunction<Q, S> {
    /** The responses. Cancelling the subscription releases all resources. */
    Publisher<S> handle(Call call, Q request);
  }
}
