package dev.parley.api.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.ApiCatalog;
import dev.parley.api.call.ApiDefinition;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.api.rest.answer.AnswerHeaders;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Encodes REST errors in the format of the API that the request path belongs to. */
public final class RestErrors {
  private static final JsonFactory JSON = new JsonFactory();

  private final ApiCatalog apis;
  private final Router router;

  /** Creates an encoder for these APIs. */
  public RestErrors(ApiCatalog apis) {
    this.apis = apis;
    router = new Router(apis.rpcs());
  }

  /**
   * Returns the response of a failed call, and records the error in Armeria's log.
   *
   * @param rpc the simple name of the RPC; null if none was found
   */
  public HttpResponse render(
      ServiceRequestContext ctx, SessionException failure, @Nullable String rpc) {
    ctx.logBuilder().responseCause(failure);
    return render(new FailedCall(failure, RequestPaths.raw(ctx), rpc)).toHttpResponse();
  }

  /** Returns the response of a failed request. */
  public AggregatedHttpResponse render(FailedCall call) {
    ApiDefinition api = apis.ofPath(call.path());
    ErrorFormat format = api.errors();
    SessionException failure = call.failure();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      format.write(call, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int status = format.status(call);
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(status))
            .contentType(MediaType.JSON_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, AnswerHeaders.NO_STORE);
    if (CallErrors.isRetryable(failure)) {
      headers.setLong(HttpHeaderNames.RETRY_AFTER, CallErrors.retrySeconds(failure));
    }
    if (failure.reason() == ErrorReason.METHOD_NOT_ALLOWED) {
      headers.set(HttpHeaderNames.ALLOW, allowedMethods(call.path()));
    }
    if (status == HttpStatus.UNAUTHORIZED.code()) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    api.headers().forEach(headers::set);
    format.headers(call).forEach(headers::set);
    return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(body.toByteArray()));
  }

  private String allowedMethods(String path) {
    return router.methods(path).stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
  }
}
