package dev.parley.api.call;

import com.google.protobuf.Message;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.call.limit.CallLimits;
import dev.parley.api.json.JsonNames;
import dev.parley.api.json.RequestValidator;
import dev.parley.auth.Authenticator;
import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.auth.WatchTickets;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditActor;
import dev.parley.storage.CancellationSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Processes every call, over gRPC and REST. A transport routes a request to an RPC, opens the call
 * from its headers, reads and decodes the body, and invokes the handler:
 *
 * <ol>
 *   <li>{@link #open} authenticates, applies rate limits, checks the scope and reserves a slot
 *       among the calls in flight, before any byte of the body is kept;
 *   <li>{@link OpenCall#reserve} reserves memory for the body;
 *   <li>{@link #authorize} checks access to the agent in the decoded request, then validates the
 *       request;
 *   <li>{@link #invoke} or {@link #stream} runs the handler.
 * </ol>
 */
public final class CallPipeline {
  private final Authenticator authenticator;
  private final WatchTickets tickets;
  private final Authorizer authorizer;
  private final CallLimits limits;
  private final Duration timeout;

  /**
   * Creates a pipeline.
   *
   * @param timeout the maximum duration of a call; a shorter deadline of the caller takes
   *     precedence
   */
  public CallPipeline(
      Authenticator authenticator,
      WatchTickets tickets,
      Authorizer authorizer,
      CallLimits limits,
      Duration timeout) {
    this.authenticator = authenticator;
    this.tickets = tickets;
    this.authorizer = authorizer;
    this.limits = limits;
    this.timeout = timeout;
  }

  /**
   * A request without its body.
   *
   * @param rpc the RPC
   * @param headers the headers of the request
   * @param address the client address
   * @param requestId the id of the call in logs and responses
   * @param transport the transport of the request
   * @param deadline how long the caller waits; null if the request does not say
   * @param ticket the credential if the headers have none; null if there is none
   */
  public record Head(
      RpcBinding rpc,
      RequestHeader headers,
      InetAddress address,
      String requestId,
      Transport transport,
      @Nullable Duration deadline,
      @Nullable Ticket ticket) {}

  /**
   * A ticket for a watch.
   *
   * @param path the raw path of the request
   */
  public record Ticket(String text, String path) {}

  /**
   * Opens a call: authenticates the caller, applies rate limits, checks the scope and reserves a
   * slot among the calls in flight. Fails with a {@link SessionException}.
   */
  public CompletableFuture<OpenCall> open(Head head) {
    String token;
    CompletableFuture<Principal> principal;
    try {
      token = head.rpc().credentials().token(head.headers());
      Ticket ticket = head.ticket();
      if (token == null && ticket != null) {
        token = ticket.text();
        principal = tickets.authenticate(ticket.text(), ticket.path());
      } else {
        principal = authenticate(token);
      }
    } catch (SessionException e) {
      token = null;
      principal = CompletableFuture.failedFuture(e);
    }
    String credential = token;
    return principal.handle((found, failure) -> open(head, credential, found, failure));
  }

  private CompletableFuture<Principal> authenticate(@Nullable String token) {
    return token != null
        ? authenticator.authenticate(token)
        : CompletableFuture.failedFuture(
            new SessionException(
                ErrorReason.CREDENTIAL_MISSING,
                "Send an API key in the header \"Authorization: Bearer <key>\"."));
  }

  private OpenCall open(
      Head head,
      @Nullable String token,
      @Nullable Principal principal,
      @Nullable Throwable failure) {
    RpcBinding rpc = head.rpc();
    limits.rates(rpc.limitedByDefault()).count(head.address(), token, principal);
    if (principal == null) {
      throw refusal(head, CallErrors.of(Objects.requireNonNull(failure), head.requestId()));
    }
    Authorizer.requireScope(principal, rpc.scope());
    Object holder = holder(principal);
    if (!limits.calls().tryAcquire(holder, 1)) {
      throw new SessionException(ErrorReason.OVERLOADED, "Too many calls are in flight.");
    }
    CancellationSource cancellation = new CancellationSource();
    Caller caller = new Caller(principal, actor(head, principal), cancellation);
    Call call =
        new Call(
            rpc,
            caller,
            head.requestId(),
            head.transport(),
            System.nanoTime() + nanos(head),
            head.headers());
    return new OpenCall(call, cancellation, limits, holder);
  }

  private SessionException refusal(Head head, SessionException failure) {
    switch (failure.reason()) {
      case CREDENTIAL_MISSING, CREDENTIAL_INVALID -> limits.failedLogins().count(head.address());
      default -> {}
    }
    return head.rpc().credentials().refusal(head.headers(), failure);
  }

  private long nanos(Head head) {
    Duration deadline = head.deadline();
    return deadline != null && deadline.compareTo(timeout) < 0
        ? deadline.toNanos()
        : timeout.toNanos();
  }

  /** Each key is one caller. Each user is one caller, with any token. */
  private static Object holder(Principal principal) {
    UUID keyId = principal.keyId();
    return keyId != null ? keyId : principal.identity();
  }

  private static AuditActor actor(Head head, Principal principal) {
    return new AuditActor(
        principal.identity(),
        principal.keyId(),
        head.address().getHostAddress(),
        head.requestId(),
        head.transport().label(),
        head.rpc().api());
  }

  /**
   * Checks that the caller may access the agent in the request, then validates the request. Fails
   * with a {@link SessionException}.
   */
  public <Q extends Message> CompletableFuture<Q> authorize(Call call, Decoded<Q> request) {
    String agentId = call.rpc().agentId(request.message());
    if (agentId == null) {
      return valid(request);
    }
    if (!RequestValidator.isUuid(agentId)) {
      return call.rpc().agentIdIsValidated()
          ? valid(request)
          : CompletableFuture.failedFuture(Authorizer.unknownAgent());
    }
    return authorizer
        .agent(call.principal(), UUID.fromString(agentId))
        .thenCompose(agent -> valid(request));
  }

  private static <Q> CompletableFuture<Q> valid(Decoded<Q> request) {
    try {
      request.requireValid();
      return CompletableFuture.completedFuture(request.message());
    } catch (SessionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Runs the handler of a unary RPC. The future completes with the producer of the response, or
   * fails with the error for the caller.
   */
  public <Q extends Message, S extends Message> CompletableFuture<Supplier<S>> invoke(
      Call call, Handler.Unary<Q, S> handler, Decoded<Q> request) {
    return authorize(call, request).thenCompose(valid -> handle(call, handler, valid));
  }

  private static <Q extends Message, S extends Message> CompletableFuture<Supplier<S>> handle(
      Call call, Handler.Unary<Q, S> handler, Q request) {
    CompletableFuture<Supplier<S>> answer;
    try {
      answer = handler.function().handle(call, request);
    } catch (SessionException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return call.transport() == Transport.GRPC
        ? answer
        : answer.exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(inJsonNames(failure)));
  }

  /** Returns the response stream of an authorized request. */
  public <Q extends Message, S> CompletableFuture<Publisher<S>> stream(
      Call call, Handler.StreamFunction<Q, S> function, Decoded<Q> request) {
    return authorize(call, request).thenApply(valid -> function.handle(call, valid));
  }

  /** Use cases name fields as the proto does; REST callers know them by their JSON names. */
  public static Throwable inJsonNames(Throwable thrown) {
    Throwable cause = CallErrors.peel(thrown);
    if (!(cause instanceof SessionException failure) || failure.violations().isEmpty()) {
      return cause;
    }
    return SessionException.invalid(
        failure.violations().stream()
            .map(violation -> violation.withField(JsonNames.of(violation.field())))
            .toList(),
        failure.metadata());
  }
}
