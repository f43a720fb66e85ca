package dev.parley.app.server.pages;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.docs.DocService;
import org.jspecify.annotations.Nullable;

/**
 * The pages under {@code /docs}, whose contents are made at the first request. Armeria would make
 * them when the server is built, and search the whole jar for comments of protos. That takes about
 * a tenth of the CPU time of the start.
 */
final class LazyDocService extends SimpleDecoratingHttpService {
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
    return unwrap().serve(ctx, request);
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
