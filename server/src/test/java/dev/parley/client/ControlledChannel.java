package dev.parley.client;

import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A channel to a server that can be replaced by another. It counts calls, and holds back or loses
 * responses of unary calls.
 */
final class ControlledChannel extends Channel implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger toLose = new AtomicInteger();
  private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
  private volatile boolean holding;
  private volatile ManagedChannel server;
  private volatile String key;

  /** Connects to a server with an API key; empty if the client has its own. */
  ControlledChannel(int port, String key) {
    this.key = key;
    server = channel(port);
  }

  private static ManagedChannel channel(int port) {
    return Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
  }

  /** Sends further calls to another server. */
  void connect(int port, String otherKey) {
    ManagedChannel before = server;
    key = otherKey;
    server = channel(port);
    before.shutdown();
  }

  /** Ends all calls with {@code UNAVAILABLE}, and connects again. */
  void cut(int port) {
    ManagedChannel before = server;
    server = channel(port);
    before.shutdownNow();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** The number of {@code BatchAppendMessages} calls so far. */
  int batches() {
    return batches.get();
  }

  /** The number of all calls so far. */
  int calls() {
    return calls.get();
  }

  /** Replaces the next responses with {@code UNAVAILABLE}. */
  void lose(int responses) {
    toLose.set(responses);
  }

  /** Holds back responses from now on. */
  void hold() {
    holding = true;
  }

  /** Waits until a response is held back. */
  void awaitHeld() {
    Waiting.until(() -> !held.isEmpty(), () -> "a response that is held back");
  }

  /** Delivers the responses, and those that follow. */
  void release() {
    holding = false;
    for (Runnable delivery = held.poll(); delivery != null; delivery = held.poll()) {
      delivery.run();
    }
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    calls.incrementAndGet();
    if (method
        .getFullMethodName()
        .equals(MessageServiceGrpc.getBatchAppendMessagesMethod().getFullMethodName())) {
      batches.incrementAndGet();
    }
    return new SimpleForwardingClientCall<>(server.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        if (!key.isEmpty()) {
          headers.put(AUTHORIZATION, "Bearer " + key);
        }
        boolean unary = method.getType() == MethodDescriptor.MethodType.UNARY;
        super.start(unary ? new Response<>(listener) : listener, headers);
      }
    };
  }

  @Override
  public String authority() {
    return server.authority();
  }

  private final class Response<A> extends SimpleForwardingClientCallListener<A> {
    private final boolean lost;
    private A message;

    Response(ClientCall.Listener<A> listener) {
      super(listener);
      lost = toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    @Override
    public void onMessage(A message) {
      this.message = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Runnable delivery = () -> deliver(status, trailers);
      if (holding) {
        held.add(delivery);
      } else {
        delivery.run();
      }
    }

    private void deliver(Status status, Metadata trailers) {
      if (lost && status.isOk()) {
        delegate().onClose(Status.UNAVAILABLE.withDescription("lost"), new Metadata());
        return;
      }
      if (message != null) {
        delegate().onMessage(message);
      }
      delegate().onClose(status, trailers);
    }
  }
}
