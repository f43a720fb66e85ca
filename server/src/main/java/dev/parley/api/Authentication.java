package dev.parley.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.auth.Authenticator;
import dev.parley.auth.Principal;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, and how often, before the body is read. A REST call without a good
 * credential is answered here; a gRPC call goes on to {@link Admission}, which closes it with a
 * status before its message is read.
 */
public final class Authentication implements DecoratingHttpServiceFunction {
  private final Authenticator authenticator;
  private final RateLimits limits;
  private final RestErrors errors;
  private final Credentials credentials;

  /**
   * Finds out for the calls of one face.
   *
   * @param credentials where its callers put their credential
   */
  public Authentication(
      Authenticator authenticator, RateLimits limits, RestErrors errors, Credentials credentials) {
    this.authenticator = authenticator;
    this.limits = limits;
    this.errors = errors;
    this.credentials = credentials;
  }

  @Override
  public HttpResponse serve(HttpService delegate, ServiceRequestContext ctx, HttpRequest req)
      throws Exception {
    String token;
    CompletableFuture<Principal> caller;
    try {
      token = credentials.token(req.headers());
      caller = authenticate(token);
    } catch (SessionException e) {
      token = null;
      caller = CompletableFuture.failedFuture(e);
    }
    return answer(delegate, ctx, req, token, caller);
  }

  private HttpResponse answer(
      HttpService delegate,
      ServiceRequestContext ctx,
      HttpRequest req,
      @Nullable String token,
      CompletableFuture<Principal> caller)
      throws Exception {
    if (caller.isDone()) {
      return proceed(delegate, ctx, req, token, caller);
    }
    return HttpResponse.of(
        caller.handleAsync(
            (principal, failure) -> {
              try {
                return proceed(delegate, ctx, req, token, caller);
              } catch (Exception e) {
                return Exceptions.throwUnsafely(e);
              }
            },
            ctx.eventLoop()));
  }

  private HttpResponse proceed(
      HttpService delegate,
      ServiceRequestContext ctx,
      HttpRequest req,
      @Nullable String token,
      CompletableFuture<Principal> caller)
      throws Exception {
    CallState state = CallState.of(ctx);
    try {
      limits.count(
          ctx.clientAddress(), token, caller.isCompletedExceptionally() ? null : caller.join());
      state.caller(caller.join());
    } catch (RuntimeException e) {
      SessionException failure = credentials.refusal(req.headers(), Failures.of(e));
      if (!GrpcRequests.isGrpc(req.headers())) {
        return errors.render(ctx, failure);
      }
      state.credentialFailure(failure);
    }
    return delegate.serve(ctx, req);
  }

  private CompletableFuture<Principal> authenticate(@Nullable String token) {
    return token != null
        ? authenticator.authenticate(token)
        : CompletableFuture.failedFuture(
            new SessionException(
                ErrorReason.CREDENTIAL_MISSING,
                "Send an API key: the header \"Authorization: Bearer <key>\"."));
  }
}
