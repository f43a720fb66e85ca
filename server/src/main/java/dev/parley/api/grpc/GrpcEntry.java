package dev.parley.api.grpc;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.parley.api.call.ApiCatalog;
import dev.parley.api.call.CallPipeline;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.Transport;
import dev.parley.api.http.CallTarget;
import dev.parley.api.http.CallerIdentity;
import dev.parley.api.http.DiscardedBody;
import dev.parley.api.http.HeaderLimit;
import dev.parley.api.http.HttpFaults;
import dev.parley.api.http.RequestId;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.netty.util.AttributeKey;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Opens gRPC calls from their headers, before Armeria reads a message. Requests to an RPC path that
 * are not gRPC are forwarded to the REST transport.
 */
public final class GrpcEntry extends SimpleDecoratingHttpService {
  /** Passes the open call to its handler. Armeria's gRPC service passes on only the context. */
  private static final AttributeKey<OpenCall> OPEN = AttributeKey.valueOf(GrpcEntry.class, "OPEN");

  /** Passes the response to its handler, so that it can write several messages at once. */
  private static final AttributeKey<HttpResponseWriter> RESPONSE =
      AttributeKey.valueOf(GrpcEntry.class, "RESPONSE");

  private final CallPipeline pipeline;
  private final ApiCatalog apis;
  private final HttpService rest;

  /**
   * Creates the decorator of a gRPC service.
   *
   * @param grpc Armeria's service with the handlers of {@link GrpcHandlers}
   * @param rest handles requests to an RPC path that are not gRPC
   */
  public GrpcEntry(HttpService grpc, CallPipeline pipeline, ApiCatalog apis, HttpService rest) {
    super(grpc);
    this.pipeline = pipeline;
    this.apis = apis;
    this.rest = rest;
  }

  /** Returns the open call of {@code ctx}. */
  static OpenCall open(ServiceRequestContext ctx) {
    return Objects.requireNonNull(ctx.attr(OPEN), "The call was not opened.");
  }

  /**
   * Returns the response of a call of a streaming RPC. Null if its messages are not encoded as
   * binary protobuf.
   */
  static @Nullable HttpResponseWriter response(ServiceRequestContext ctx) {
    return ctx.attr(RESPONSE);
  }

  /** Without this, Armeria buffers whole requests and responses. */
  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    MediaType type = routing.headers().contentType();
    boolean grpc = type != null && type.subtype().startsWith("grpc");
    return grpc && !super.exchangeType(routing).isResponseStreaming()
        ? ExchangeType.REQUEST_STREAMING
        : ExchangeType.BIDI_STREAMING;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) throws Exception {
    MediaType type = req.contentType();
    boolean binary =
        type != null && (type.subtype().startsWith("grpc") || type.subtype().endsWith("protobuf"));
    if (!binary) {
      return rest.serve(ctx, req);
    }
    ctx.setAdditionalResponseHeader(HttpHeaderNames.CACHE_CONTROL, "no-store");
    RpcBinding rpc = apis.get(ctx.path().substring(1));
    CallTarget.set(ctx, rpc.api(), rpc.service(), rpc.name());
    try {
      HeaderLimit.require(req.headers(), ErrorReason.REQUEST_TOO_LARGE);
      GrpcHeaders.requireKnownEncoding(req.headers());
    } catch (SessionException e) {
      return refuse(ctx, req, e);
    }
    CompletableFuture<OpenCall> opening =
        pipeline.open(
            new CallPipeline.Head(
                rpc,
                req.headers()::get,
                ctx.clientAddress(),
                RequestId.of(ctx),
                Transport.GRPC,
                GrpcHeaders.deadline(req.headers()),
                null));
    if (opening.isDone()) {
      return opened(ctx, req, opening);
    }
    return HttpResponse.of(
        opening.handleAsync(
            (open, failure) -> {
              try {
                return opened(ctx, req, opening);
              } catch (Exception e) {
                return Exceptions.throwUnsafely(e);
              }
            },
            ctx.eventLoop()));
  }

  private HttpResponse opened(
      ServiceRequestContext ctx, HttpRequest req, CompletableFuture<OpenCall> opening)
      throws Exception {
    OpenCall open;
    try {
      open = opening.join();
    } catch (RuntimeException e) {
      return refuse(ctx, req, HttpFaults.of(ctx, e));
    }
    ctx.setAttr(OPEN, open);
    CallerIdentity.set(ctx, open.call().identity());
    var unused = ctx.log().whenComplete().thenRun(open::close);
    UnaryFrame frame = GrpcHeaders.isFramed(req.headers()) ? new UnaryFrame() : null;
    HttpRequest counted =
        GrpcHeaders.withoutTypeParameters(req).mapData(data -> count(open, frame, data));
    ctx.updateRequest(counted);
    HttpResponse response = unwrap().serve(ctx, counted);
    if (response instanceof HttpResponseWriter writer && GrpcHeaders.isProtobuf(req.headers())) {
      ctx.setAttr(RESPONSE, writer);
    }
    return response;
  }

  private static HttpData count(OpenCall open, @Nullable UnaryFrame frame, HttpData data) {
    try {
      open.reserve(data.length());
      if (frame != null) {
        frame.accept(data);
      }
      return data;
    } catch (SessionException e) {
      data.close();
      throw e;
    }
  }

  private static HttpResponse refuse(
      ServiceRequestContext ctx, HttpRequest req, SessionException failure) {
    ctx.logBuilder().responseCause(failure);
    DiscardedBody.discard(req);
    return GrpcErrors.toResponse(failure, req.headers()).toHttpResponse();
  }
}
