package dev.parley.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what went wrong over REST in the words of the face whose path was called. */
public final class RestErrors implements ServerErrorHandler {
  private static final JsonFactory JSON = new JsonFactory();

  private final List<Face> longestPrefixFirst;
  private final AllowedMethods allowedMethods;

  /**
   * Answers for these faces.
   *
   * @param faces one of them has the empty prefix and answers for all other paths
   */
  public RestErrors(List<Face> faces) {
    longestPrefixFirst =
        faces.stream()
            .sorted(Comparator.comparingInt((Face face) -> -face.pathPrefix().length()))
            .toList();
    allowedMethods = new AllowedMethods(faces);
  }

  /** The face whose path this is. */
  Face faceOf(String path) {
    return longestPrefixFirst.stream()
        .filter(face -> path.startsWith(face.pathPrefix() + "/") || path.equals(face.pathPrefix()))
        .findFirst()
        // A request for "*" is no face's, either.
        .orElse(longestPrefixFirst.get(longestPrefixFirst.size() - 1));
  }

  /** The answer to a REST call that failed. */
  HttpResponse render(ServiceRequestContext ctx, Throwable thrown) {
    MethodPlan plan = MethodPlan.ofRoute(ctx);
    SessionException failure = Failures.of(thrown, CallState.of(ctx).requestId());
    CallState.of(ctx).failure(failure);
    FailedCall call = new FailedCall(failure, ctx.path(), plan == null ? null : plan.name());
    return render(call).toHttpResponse();
  }

  /**
   * The answer to a transcoded call that failed: with what its handler failed, if that is known.
   */
  public HttpResponse renderGrpc(ServiceRequestContext ctx, io.grpc.Status status) {
    SessionException failure = CallState.of(ctx).failure();
    return render(ctx, failure != null ? failure : status.asRuntimeException());
  }

  private AggregatedHttpResponse render(FailedCall call) {
    SessionException failure = call.failure();
    Face face = faceOf(call.path());
    ErrorBody errors = face.errors();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      errors.write(call, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(errors.status(call)))
            .contentType(MediaType.JSON_UTF_8);
    if (Failures.isRetryable(failure)) {
      headers.setLong(HttpHeaderNames.RETRY_AFTER, Failures.retrySeconds(failure));
    }
    if (failure.reason() == ErrorReason.METHOD_NOT_ALLOWED) {
      headers.set(HttpHeaderNames.ALLOW, allowedMethods.of(call.path()));
    }
    if (errors.status(call) == HttpStatus.UNAUTHORIZED.code()) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    face.headers().addTo(headers);
    return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(body.toByteArray()));
  }

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    RequestHeaders headers = ctx.request().headers();
    return GrpcRequests.isGrpc(headers)
        ? refuse(ctx, Failures.of(cause), headers)
        : render(ctx, cause);
  }

  private static HttpResponse refuse(
      ServiceRequestContext ctx, SessionException failure, RequestHeaders headers) {
    CallState.of(ctx).failure(failure);
    return GrpcRefusals.of(failure, headers).toHttpResponse();
  }

  /** A request whose path or headers cannot be read, which no service is found for. */
  @Override
  public @Nullable AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return renderStatus(null, config, headers, status, description, cause);
  }

  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext ctx,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    String path = headers == null ? "/" : headers.path();
    int query = path.indexOf('?');
    String called = query < 0 ? path : path.substring(0, query);
    SessionException failure =
        status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
            ? Failures.tooLarge(config.maxRequestLength())
            : Failures.ofStatus(status);
    if (headers != null && GrpcRequests.isGrpc(headers)) {
      return GrpcRefusals.of(failure, headers);
    }
    AggregatedHttpResponse answer = render(new FailedCall(failure, called, null));
    // A call that no service was looked for has no id yet.
    return ctx != null
        ? answer
        : AggregatedHttpResponse.of(
            answer.headers().withMutations(h -> h.set(RequestId.HEADER, RequestId.of(headers))),
            answer.content());
  }
}
