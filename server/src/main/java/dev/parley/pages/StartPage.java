package dev.parley.pages;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;

/** The path {@code /}: sends browsers to the console, and tells other clients what is where. */
public final class StartPage extends AbstractHttpService {
  private static final MediaType HTML = MediaType.create("text", "html");
  private static final String CONSOLE = "/console/";
  private static final String PLACES =
      """
      {"service":"Parley","console":"/console/","reference":"/openapi/","grpcReference":"/docs/",\
      "health":"/healthz","readiness":"/readyz","metrics":"/metrics"}
      """;

  @Override
  protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
    boolean isBrowser = request.headers().accept().stream().anyMatch(type -> type.is(HTML));
    if (isBrowser) {
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.FOUND)
              .add(HttpHeaderNames.LOCATION, CONSOLE)
              .add(HttpHeaderNames.VARY, "accept")
              .build());
    }
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.JSON)
            .add(HttpHeaderNames.VARY, "accept")
            .build(),
        HttpData.ofUtf8(PLACES));
  }

  @Override
  protected HttpResponse doHead(ServiceRequestContext context, HttpRequest request) {
    return doGet(context, request);
  }
}
