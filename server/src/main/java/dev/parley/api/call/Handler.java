package dev.parley.api.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;

/**
 * The function that answers one RPC.
 *
 * @param <Q> the request
 * @param <S> the response
 */
public sealed interface Handler<Q extends Message, S extends Message> {
  /** The RPC as gRPC describes it. */
  MethodDescriptor<Q, S> method();

  /**
   * Answers with one message, in two steps: the use case, and the message that is made of its
   * result. A write completes on a thread that has other writes to make, so that the second step is
   * left to the transport.
   */
  record Unary<Q extends Message, S extends Message>(
      MethodDescriptor<Q, S> method, UnaryFunction<Q, Supplier<S>> function)
      implements Handler<Q, S> {}

  /**
   * Answers a unary RPC with one message that comes in parts: merged in their order, the parts are
   * the response. REST sends each part as the client reads; gRPC merges them.
   */
  record InParts<Q extends Message, S extends Message>(
      MethodDescriptor<Q, S> method, StreamFunction<Q, S> function) implements Handler<Q, S> {}

  /** Answers a server-streaming RPC. */
  record Streaming<Q extends Message, S extends Message>(
      MethodDescriptor<Q, S> method, StreamFunction<Q, S> function) implements Handler<Q, S> {}

  /** Runs the use case of a call. Must not block. May throw what it would complete with. */
  @FunctionalInterface
  interface UnaryFunction<Q, T> {
    /** The result. */
    CompletableFuture<T> handle(Call call, Q request);
  }

  /** Handles a call with a stream of answers, produced as its subscriber demands them. */
  @FunctionalInterface
  interface StreamFunction<Q, S> {
    /** The answers. Cancelling the subscription releases everything. */
    Publisher<S> handle(Call call, Q request);
  }
}
