package dev.parley.app.server.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.docs.DocService;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pages under {@code /docs}, whose contents are made at the first request. Armeria would make
 * them when the server is built, and search the whole jar for comments of protos. That takes about
 * a tenth of the CPU time of the start.
 */
final class LazyDocService extends SimpleDecoratingHttpService {
  private static final String NATIVE_API = "parley.v1.";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Prevents fonts from other servers, and other sites from embedding the pages. */
  private static final String POLICY =
      "style-src 'self' 'unsafe-inline'; font-src 'self' data:; frame-ancestors 'none'";

  private @Nullable ServiceConfig added;
  private volatile byte @Nullable [] specification;

  LazyDocService(DocService delegate) {
    super(delegate);
  }

  /** Keeps what the pages need to know of the server. */
  @Override
  public void serviceAdded(ServiceConfig config) {
    added = config;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    makeContents();
    HttpResponse response =
        unwrap()
            .serve(ctx, request)
            .mapHeaders(
                headers ->
                    headers.toBuilder()
                        .add(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                        .build());
    return ctx.path().endsWith("/specification.json")
        ? HttpResponse.of(response.aggregate().thenApply(this::nativeApiFirst))
        : response;
  }

  /** Replaces the specification by one with the native API first. Makes it once. */
  private HttpResponse nativeApiFirst(AggregatedHttpResponse response) {
    if (response.status() != HttpStatus.OK || response.content().isEmpty()) {
      return response.toHttpResponse();
    }
    byte[] sorted = specification;
    if (sorted == null) {
      sorted = sorted(response.contentUtf8());
      specification = sorted;
    }
    return HttpResponse.of(response.headers(), HttpData.wrap(sorted));
  }

  /** Moves the native API before the others. Armeria orders services by name. */
  private static byte[] sorted(String content) {
    try {
      JsonNode specification = JSON.readTree(content);
      List<JsonNode> services = new ArrayList<>();
      specification.withArray("services").forEach(services::add);
      services.sort(
          Comparator.comparing(service -> !service.path("name").asText().startsWith(NATIVE_API)));
      specification.<ArrayNode>withArray("services").removeAll().addAll(services);
      return JSON.writeValueAsBytes(specification);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Armeria wrote a specification that is not JSON.", e);
    }
  }

  /**
   * Starts to make the contents, unless it was done. Requests for them wait until they are there.
   */
  private synchronized void makeContents() throws Exception {
    if (added != null) {
      // Armeria reads comments of the protos through a URL, and then closes the jar. By default,
      // all such readers of the process share one open jar, so that files that are being sent
      // would end early. This setting is for the whole process, too.
      URLConnection.setDefaultUseCaches("jar", false);
      ((HttpService) unwrap()).serviceAdded(added);
      added = null;
    }
  }
}
