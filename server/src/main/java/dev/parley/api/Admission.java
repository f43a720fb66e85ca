package dev.parley.api;

import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.json.FieldRules;
import dev.parley.auth.Access;
import dev.parley.auth.Principal;
import dev.parley.model.Agent;
import dev.parley.model.SessionException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one gate to every handler, for gRPC and REST alike. In this order: the credential, the scope
 * that the proto asks for, the agent that the parsed request names, the rules of its fields.
 */
public final class Admission implements ServerInterceptor {
  /** How much longer than theirs the server must give calls. */
  public static final Duration GRACE = Duration.ofSeconds(5);

  private final Access access;
  private final Duration timeout;

  /**
   * Admits calls.
   *
   * @param timeout how long a call without a deadline may take; the server's own timeout is {@link
   *     #GRACE} longer
   */
  public Admission(Access access, Duration timeout) {
    this.access = access;
    this.timeout = timeout;
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    ServiceRequestContext ctx = ServiceRequestContext.current();
    CallState state = CallState.of(ctx);
    MethodPlan plan = MethodPlan.of(call.getMethodDescriptor());
    TimedCall<Q, S> timed = new TimedCall<>(ctx, call, timeout);
    try {
      SessionException failure = state.credentialFailure();
      if (failure != null) {
        throw failure;
      }
      Principal caller = Objects.requireNonNull(state.caller(), "Not authenticated.");
      Access.requireScope(caller, plan.scope());
      return new Gate<>(ctx, plan, caller, timed, next.startCall(timed, headers));
    } catch (SessionException e) {
      timed.fail(e);
      return new ServerCall.Listener<>() {};
    }
  }

  /** Holds a request back until it is known to be allowed and sound. */
  private final class Gate<Q, S> extends ServerCall.Listener<Q> {
    private final ServiceRequestContext ctx;
    private final MethodPlan plan;
    private final Principal caller;
    private final TimedCall<Q, S> call;
    private final ServerCall.Listener<Q> handler;
    private @Nullable Q request;

    Gate(
        ServiceRequestContext ctx,
        MethodPlan plan,
        Principal caller,
        TimedCall<Q, S> call,
        ServerCall.Listener<Q> handler) {
      this.ctx = ctx;
      this.plan = plan;
      this.caller = caller;
      this.call = call;
      this.handler = handler;
    }

    @Override
    public void onMessage(Q message) {
      CallState.of(ctx).markMessageRead();
      request = message;
    }

    @Override
    public void onHalfClose() {
      Message sent = (Message) Objects.requireNonNull(request, "No message.");
      RequestBody body = RequestBody.read(ctx, plan, sent);
      CompletableFuture<?> allowed = agent(body.message());
      if (allowed.isDone()) {
        admit(allowed, body);
      } else {
        var unused =
            allowed.handleAsync(
                (agent, failure) -> {
                  admit(allowed, body);
                  return null;
                },
                ctx.eventLoop());
      }
    }

    private CompletableFuture<@Nullable Agent> agent(Message message) {
      String agentId = plan.agentId(message);
      if (agentId == null) {
        return CompletableFuture.completedFuture(null);
      }
      if (!FieldRules.isUuid(agentId)) {
        return plan.agentIdIsRuled()
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.failedFuture(Access.unknownAgent());
      }
      return access.agent(caller, UUID.fromString(agentId)).thenApply(agent -> agent);
    }

    @SuppressWarnings("unchecked")
    private void admit(CompletableFuture<?> allowed, RequestBody body) {
      try {
        allowed.join();
        body.requireSound();
        handler.onMessage((Q) body.message());
        handler.onHalfClose();
      } catch (RuntimeException e) {
        call.fail(e);
      }
    }

    @Override
    public void onCancel() {
      call.end();
      handler.onCancel();
    }

    @Override
    public void onComplete() {
      handler.onComplete();
    }

    @Override
    public void onReady() {
      handler.onReady();
    }
  }
}
