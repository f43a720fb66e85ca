package dev.parley.pages;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.HttpFile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves a file that is created on the first request, outside the event loop, and then cached. The
 * entity tag is a hash of the content, so browsers can revalidate it.
 */
public final class PageFile implements HttpService {
  private static final int TAG_BYTES = 16;

  private final Supplier<byte[]> content;
  private final HttpHeaders headers;
  private volatile @Nullable CompletableFuture<HttpService> cached;

  /**
   * Creates a service.
   *
   * @param content creates the content; may block
   * @param type the content type
   * @param headers additional response headers
   */
  public PageFile(Supplier<byte[]> content, MediaType type, HttpHeaders headers) {
    this.content = content;
    this.headers = headers.toBuilder().contentType(type).build();
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    CompletableFuture<HttpService> file = cached;
    if (file == null) {
      // Concurrent first requests can create it twice, with the same result.
      file = CompletableFuture.supplyAsync(this::create, ctx.blockingTaskExecutor());
      cached = file;
    }
    return HttpResponse.of(file.thenApply(service -> serve(service, ctx, request)));
  }

  private HttpService create() {
    byte[] bytes = content.get();
    String tag = tag(bytes);
    return HttpFile.builder(HttpData.wrap(bytes))
        .entityTag((path, attributes) -> tag)
        .lastModified(false)
        .cacheControl(ServerCacheControl.REVALIDATED)
        .setHeaders(headers)
        .build()
        .asService();
  }

  private static HttpResponse serve(
      HttpService service, ServiceRequestContext ctx, HttpRequest request) {
    try {
      return service.serve(ctx, request);
    } catch (Exception e) {
      return HttpResponse.ofFailure(e);
    }
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash, 0, TAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every JDK has SHA-256.", e);
    }
  }
}
