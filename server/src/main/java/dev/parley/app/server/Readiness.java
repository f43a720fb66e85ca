package dev.parley.app.server;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.healthcheck.SettableHealthChecker;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers readiness probes: 200 if the store can be read, 503 if it cannot or if the server is
 * stopping. The status in the body also tells whether the store can be written.
 */
final class Readiness implements HttpService {
  private static final UUID UNUSED_ID = new UUID(0, 0);

  private final boolean requiresWrites;
  private final Check reads;
  private final Check writes;
  private final SettableHealthChecker health = new SettableHealthChecker(true);
  private volatile boolean writable = true;

  /**
   * Creates the service.
   *
   * @param requiresWrites whether a server whose store can only be read is not ready
   */
  Readiness(Store store, boolean requiresWrites) {
    this.requiresWrites = requiresWrites;
    reads = new Check(() -> store.findSession(UNUSED_ID, Cancellation.NONE));
    writes = new Check(store::checkWritable);
  }

  /** The state for gRPC health checks, which do not query the store. */
  SettableHealthChecker health() {
    return health;
  }

  /** 1 if the last check found the store writable, or if there was none; 0 otherwise. */
  int writable() {
    return writable ? 1 : 0;
  }

  /** Reports not ready from now on. Calls are still answered. */
  void stop() {
    health.setHealthy(false);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    if (req.method() != HttpMethod.GET && req.method() != HttpMethod.HEAD) {
      return HttpResponse.of(HttpStatus.METHOD_NOT_ALLOWED);
    }
    if (!health.isHealthy()) {
      return answer(HttpStatus.SERVICE_UNAVAILABLE, "STOPPING");
    }
    return HttpResponse.of(reads.run().thenCombine(writes.run(), this::answer));
  }

  private HttpResponse answer(boolean readable, boolean writable) {
    this.writable = writable;
    if (!readable) {
      return answer(HttpStatus.SERVICE_UNAVAILABLE, "STORE_UNAVAILABLE");
    }
    if (!writable) {
      return answer(requiresWrites ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK, "READ_ONLY");
    }
    return answer(HttpStatus.OK, "READY");
  }

  private static HttpResponse answer(HttpStatus status, String text) {
    return HttpResponse.ofJson(status, Map.of("status", text));
  }

  /** A check of the store that runs at most once per second. It fails after two seconds. */
  private static final class Check {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<CompletableFuture<?>> query;
    private CompletableFuture<Boolean> result = CompletableFuture.completedFuture(false);
    private long startedAt = System.nanoTime() - PAUSE_NANOS;

    Check(Supplier<CompletableFuture<?>> query) {
      this.query = query;
    }

    /** Whether the store passes the check, from a new or the last result. */
    synchronized CompletableFuture<Boolean> run() {
      if (result.isDone() && System.nanoTime() - startedAt >= PAUSE_NANOS) {
        startedAt = System.nanoTime();
        result =
            query
                .get()
                .handle((answer, failure) -> failure == null || isOverload(failure))
                .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
      return result;
    }

    /** An overloaded store is available. Routing its calls elsewhere would only move the load. */
    private static boolean isOverload(Throwable failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      return cause instanceof SessionException error && error.reason() == ErrorReason.OVERLOADED;
    }
  }
}
