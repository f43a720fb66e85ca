package dev.parley.api.rest;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.ApiCatalog;
import dev.parley.api.call.ApiDefinition;
import dev.parley.api.call.CallPipeline;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.http.CallTarget;
import dev.parley.api.http.DiscardedBody;
import dev.parley.api.http.HeaderLimit;
import dev.parley.api.http.HttpFaults;
import dev.parley.api.http.InvalidTarget;
import dev.parley.api.rest.answer.AnswerHeaders;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Serves all REST requests: finds the route, runs the call pipeline and sends the response as JSON.
 * Also serves JSON requests to RPC paths.
 */
public final class RestService implements HttpService {
  /** The maximum length of a request target in characters. */
  public static final int TARGET_LENGTH_MAX = 8 * 1024;

  private final ApiCatalog apis;
  private final Router router;
  private final Setup setup;

  /**
   * Creates a service for these APIs.
   *
   * @param requestBytesMax the maximum size of a body in bytes
   * @param writeTimeout the maximum time in which a client reads nothing of a response
   * @param stopping whether the server stops, so that long requests must end
   */
  public RestService(
      CallPipeline pipeline,
      ApiCatalog apis,
      RestErrors errors,
      int requestBytesMax,
      Duration writeTimeout,
      BooleanSupplier stopping) {
    this.apis = apis;
    router = new Router(apis.rpcs());
    setup =
        new Setup(
            pipeline, errors, requestBytesMax, writeTimeout, stopping, new ConcurrentHashMap<>());
  }

  /**
   * The dependencies of every call.
   *
   * @param headers the headers of successful responses
   */
  record Setup(
      CallPipeline pipeline,
      RestErrors errors,
      int requestBytesMax,
      Duration writeTimeout,
      BooleanSupplier stopping,
      Map<HeadersKey, AnswerHeaders> headers) {

    AnswerHeaders headers(ApiDefinition api, HttpStatus status) {
      return headers.computeIfAbsent(
          new HeadersKey(api.name(), status), key -> AnswerHeaders.of(api, status));
    }
  }

  private record HeadersKey(String api, HttpStatus status) {}

  /** No body is kept before the call is open, and responses are sent as they are read. */
  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    return ExchangeType.BIDI_STREAMING;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    String path = RequestPaths.raw(ctx);
    // Armeria does not limit the route that takes JSON Lines, so the service does.
    ctx.setMaxRequestLength(setup.requestBytesMax());
    Router.Match match;
    try {
      requireValidTarget(ctx);
      HeaderLimit.require(req.headers(), ErrorReason.MALFORMED_BODY);
      match = route(ctx, path);
    } catch (SessionException e) {
      CallTarget.setUnknown(ctx);
      DiscardedBody.discard(req);
      return setup.errors().render(ctx, e, null);
    }
    return serve(ctx, req, apis.ofPath(path), match);
  }

  private HttpResponse serve(
      ServiceRequestContext ctx, HttpRequest req, ApiDefinition api, Router.Match match) {
    RpcBinding rpc = match.route().rpc();
    CallTarget.set(ctx, rpc.api(), rpc.service(), rpc.name());
    return new RestCall(setup, ctx, req, api, match).answer();
  }

  private static void requireValidTarget(ServiceRequestContext ctx) {
    String invalid = InvalidTarget.of(ctx);
    if (invalid != null) {
      throw new SessionException(ErrorReason.MALFORMED_BODY, InvalidTarget.reason(invalid));
    }
    if (ctx.rawPath().length() > TARGET_LENGTH_MAX) {
      throw new SessionException(
          ErrorReason.URI_TOO_LONG,
          "The path and query have more than " + TARGET_LENGTH_MAX + " characters.");
    }
  }

  private Router.Match route(ServiceRequestContext ctx, String path) {
    HttpMethod method = ctx.method() == HttpMethod.HEAD ? HttpMethod.GET : ctx.method();
    Router.Match match = router.find(method, path);
    if (match != null) {
      return match;
    }
    throw HttpFaults.ofStatus(
        router.methods(path).isEmpty() ? HttpStatus.NOT_FOUND : HttpStatus.METHOD_NOT_ALLOWED);
  }
}
