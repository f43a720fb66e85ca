package dev.parley.app.server.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.docs.DocService;
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

  private @Nullable ServiceConfig added;

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
    HttpResponse response = unwrap().serve(ctx, request);
    return ctx.path().endsWith("/specification.json")
        ? HttpResponse.of(response.aggregate().thenApply(LazyDocService::nativeApiFirst))
        : response;
  }

  /** Moves the native API before the others. Armeria orders services by name. */
  private static HttpResponse nativeApiFirst(AggregatedHttpResponse response) {
    if (response.status() != HttpStatus.OK) {
      return response.toHttpResponse();
    }
    try {
      JsonNode specification = JSON.readTree(response.contentUtf8());
      List<JsonNode> services = new ArrayList<>();
      specification.withArray("services").forEach(services::add);
      services.sort(
          Comparator.comparing(service -> !service.path("name").asText().startsWith(NATIVE_API)));
      specification.<ArrayNode>withArray("services").removeAll().addAll(services);
      byte[] content = JSON.writeValueAsBytes(specification);
      return HttpResponse.of(response.headers(), HttpData.wrap(content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Armeria wrote a specification that is not JSON.", e);
    }
  }

  /**
   * Starts to make the contents, unless it was done. Requests for them wait until they are there.
   */
  private synchronized void makeContents() throws Exception {
    if (added != null) {
      ((HttpService) unwrap()).serviceAdded(added);
      added = null;
    }
  }
}
